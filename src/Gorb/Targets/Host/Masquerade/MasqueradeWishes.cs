using Gorb.Ipvs;
using Gorb.Ipvs.Nftables;
using Gorb.Model;

namespace Gorb.Targets.Host.Masquerade;

/// <summary>Finds out what a table wants translated. Pure.</summary>
internal static class MasqueradeWishes
{
    /// <summary>Whether a table wants anything translated. IPVS then has to enter its connections in connection tracking (net.ipv4.vs.conntrack).</summary>
    public static bool NeedTracking(Table table) => table.Services.Values.Any(static service => service.Spec.Masquerade != MasqueradeMode.Never);

    /// <summary>Returns the entries of all services.</summary>
    public static Dictionary<ServiceKey, MasqueradeMode> Of(Table table)
    {
        var wishes = new Dictionary<ServiceKey, MasqueradeMode>();
        foreach (var key in table.Services.Values.Where(static service => service.Spec.Masquerade != MasqueradeMode.Never).SelectMany(service => Affected(table, service.Spec.Key)))
        {
            if (Of(table, key) is { } mode)
            {
                wishes[key] = mode;
            }
        }

        return wishes;
    }

    /// <summary>
    /// Returns the entry of a key; null for none. A service without masquerade has one only if the service for every port of its address would translate it, too.
    /// </summary>
    public static MasqueradeMode? Of(Table table, ServiceKey key) => ModeOf(table, key) is not { } mode ? null
        : mode != MasqueradeMode.Never ? mode
        : key.Port != 0 && ModeOf(table, EveryPort(key)) is { } every && every != MasqueradeMode.Never ? mode
        : null;

    /// <summary>Returns the keys whose entries depend on the service of a key: itself, and with port 0 all services of its address.</summary>
    public static IEnumerable<ServiceKey> Affected(Table table, ServiceKey key) => key is { Port: 0, IsFirewallMark: false }
        ? table.Names.Keys.Where(other => EveryPort(other) == key).Append(key).Distinct()
        : [key];

    private static MasqueradeMode? ModeOf(Table table, ServiceKey key) =>
        !key.IsFirewallMark && table.Names.TryGetValue(key, out var name) ? table.Services[name].Spec.Masquerade : null;

    private static ServiceKey EveryPort(ServiceKey key) => key.Address is { } address ? ServiceKey.ForAddress(key.Protocol, address, 0) : key;
}
