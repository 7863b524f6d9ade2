using System.Net.Sockets;
using System.Text.Json;
using Gorb.Documents;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Policy;
using Gorb.Tests.State;

namespace Gorb.Tests.Api;

/// <summary>Random tables that the API accepts: those of <see cref="RandomTable"/> without contradictory members.</summary>
internal sealed class ValidTable(int seed)
{
    private readonly RandomTable _any = new(seed);
    private readonly Random _random = new(seed);

    public Table Next(int services)
    {
        var table = Table.Empty;
        for (var i = 0; i < services; i++)
        {
            var service = Service($"s{i}");
            table = table.Names.ContainsKey(service.Spec.Key) ? table : table.With(service);
        }

        return table;
    }

    private Service Service(string name)
    {
        var spec = Settle(_any.ServiceSpec());
        var backends = Enumerable.Range(0, _random.Next(4)).Select(i => new Backend($"b{i}", Settle(_any.BackendSpec(), spec), DateTimeOffset.UnixEpoch)).ToList();
        return new Service(name, spec, Backends.Of([.. backends.DistinctBy(backend => backend.Spec.Key)]));
    }

    private ServiceSpec Settle(ServiceSpec spec)
    {
        var key = spec.Key;
        var mask = key.Family == AddressFamily.InterNetworkV6 ? Netmask.FromPrefixLength(key.Family, _random.Next(1, 129)) : Netmask.FromPrefixLength(key.Family, _random.Next(1, 33));
        key = !key.IsFirewallMark && key.Port == 0 ? ServiceKey.ForAddress(key.Protocol, key.Address!, 1) : key;
        var sorry = spec.Sorry is { } given && given.Address.AddressFamily == key.Family
            ? given with { Port = key.Port == 0 ? given.Port : Math.Max((ushort)1, given.Port), Method = ForwardingMethod.Masquerade }
            : null;
        return spec with
        {
            Key = key,
            Host = key.Address?.ToString() ?? "",
            Persistence = spec.Persistence is { } persistence ? new Persistence(Math.Clamp(persistence.TimeoutSeconds, 1, 2_000_000), mask) : null,
            PersistenceEngine = spec.Persistence is null ? null : spec.PersistenceEngine,
            OnePacket = spec.OnePacket && (key.IsFirewallMark || key.Protocol == TransportProtocol.Udp),
            Sorry = sorry,
            Fallback = spec.Fallback == Fallback.Sorry && sorry is null ? Fallback.None : spec.Fallback,
            SlowStart = spec.SlowStart > TimeSpan.FromHours(24) ? TimeSpan.FromSeconds(90) : spec.SlowStart,
            Pulse = spec.Pulse is null ? null : Canonical("""{"type":"http","args":{"path":"/up"}}"""),
        };
    }

    private BackendSpec Settle(BackendSpec spec, ServiceSpec service)
    {
        var isSameFamily = spec.Address.AddressFamily == service.Key.Family;
        var method = isSameFamily ? spec.Method : ForwardingMethod.Tunnel;
        var port = method == ForwardingMethod.Masquerade || service.Key.Port == 0 ? Math.Max((ushort)1, spec.Port) : service.Key.Port;
        return spec with
        {
            Host = _random.Next(2) == 0 ? spec.Address.ToString() : spec.Address.ToString().ToUpperInvariant(),
            Port = port,
            Method = method,
            Tunnel = method == ForwardingMethod.Tunnel && spec.Tunnel != default ? spec.Tunnel with { Port = 6080 } : default,
            LowerThreshold = Math.Min(spec.LowerThreshold, spec.UpperThreshold),
            Pulse = spec.Pulse is null ? null : Canonical("""{"type":"tcp","interval":"3s"}"""),
            Drain = spec.Drain is null ? null : default(Drain), // without connections, a drain with a deadline would end during the test
        };
    }

    private static string Canonical(string pulse) => JsonSerializer.Serialize(JsonElement.Parse(pulse), BodyJson.Default.JsonElement);
}
