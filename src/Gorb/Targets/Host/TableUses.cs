using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs;
using Gorb.Ipvs.Nftables;
using Gorb.Model;
using Gorb.Model.Checks;

namespace Gorb.Targets.Host;

/// <summary>Finds out which properties of the table kernel settings depend on. Pure.</summary>
internal static class TableUses
{
    /// <summary>Returns the uses of a whole table.</summary>
    public static HashSet<TableUse> Of(Table table, HostFacts facts) => [new TableUse(TableFeature.Ipvs), .. table.Services.Values.SelectMany(service => Of(service, facts))];

    /// <summary>Returns the uses of a service. Some may be repeated.</summary>
    public static IEnumerable<TableUse> Of(Service service, HostFacts facts)
    {
        var key = service.Spec.Key;
        if (key is { IsFirewallMark: false, Protocol: TransportProtocol.Tcp })
        {
            yield return new TableUse(TableFeature.Tcp);
        }

        if (service.Spec.Masquerade != MasqueradeMode.Never)
        {
            yield return new TableUse(TableFeature.Masquerade);
        }

        if (key.Address is { } virtualAddress)
        {
            foreach (var device in facts.FindOtherDevices(virtualAddress))
            {
                yield return new TableUse(TableFeature.AddressElsewhere4, device);
            }
        }

        foreach (var path in PathChecks.Of(service).Where(PathChecks.NeedsAcceptLocal))
        {
            yield return new TableUse(TableFeature.PathCheck4, facts.FindDevice(path.Destination.Key.Address));
        }

        var sorry = service.SorryKey is { } place ? FindUse(place.Address, service.Spec.Sorry!.Method, facts) : null;
        foreach (var found in service.Backends.Values.Select(backend => FindUse(backend.Spec.Address, backend.Spec.Method, facts)).Append(sorry))
        {
            if (found is not { } use)
            {
                continue;
            }

            yield return use;
            foreach (var device in use.Feature == TableFeature.Nat6 ? facts.AdvertisedRoutes.Value : [])
            {
                yield return new TableUse(TableFeature.Nat6WithAdvertisedRoute, device);
            }
        }
    }

    private static TableUse? FindUse(IPAddress address, ForwardingMethod method, HostFacts facts)
    {
        var isV4 = address.AddressFamily == AddressFamily.InterNetwork;
        if (method == ForwardingMethod.Masquerade && !facts.IsLocal(address))
        {
            return isV4 ? new TableUse(TableFeature.Nat4, facts.FindDevice(address)) : new TableUse(TableFeature.Nat6);
        }

        return isV4 && method is ForwardingMethod.DirectRoute or ForwardingMethod.Tunnel && facts.FindDevice(address) is { } device && !facts.IsLocal(address)
            ? new TableUse(TableFeature.SharedAddress4, device)
            : null;
    }
}
