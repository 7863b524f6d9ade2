using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Model.Policy;

namespace Gorb.Tests.State;

/// <summary>Random services and backends in which every member takes every kind of value.</summary>
internal sealed class RandomTable(int seed)
{
    private readonly Random _random = new(seed);

    public Table Next(int services)
    {
        var table = Table.Empty;
        for (var i = 0; i < services; i++)
        {
            var name = $"service {_random.Next(services)} äöü'\"";
            var service = Service(name);
            table = table.Names.TryGetValue(service.Spec.Key, out var owner) && owner != name ? table : table.With(service);
        }

        return table;
    }

    public Service Service(string name) => new(name, ServiceSpec(), Backends.Of([.. Enumerable.Range(0, _random.Next(5))
        .Select(i => new Backend($"b{_random.Next(6)}", BackendSpec(), DateTimeOffset.UnixEpoch.AddTicks(_random.NextInt64(long.MaxValue / 4))) { Health = new BackendHealth(Pick(Verdict.Up, Verdict.Down)), Source = Source(), Operator = Pick(default, new OperatorWords(0, Force.Down, null), new OperatorWords(null, null, false)) })]))
    {
        Source = Source(),
        IsDraining = Coin(),
        Departure = Pick<Drain?>(null, new Drain(DateTimeOffset.UnixEpoch.AddTicks(_random.NextInt64(long.MaxValue / 4)))),
    };

    public ServiceSpec ServiceSpec() => new()
    {
        Key = Key(),
        Host = Text() ?? "",
        Method = Pick("rr", "wrr", "mh"),
        Flags = Pick("", "sh-port|sh-fallback", "no-fallback"),
        Persistence = Coin() ? new Persistence((uint)_random.Next(), Mask()) : null,
        PersistenceEngine = Coin() ? "sip" : null,
        OnePacket = Coin(),
        Exclusive = Coin(),
        Pulse = Pulse(),
        Start = Pick(StartPolicy.Up, StartPolicy.Down, StartPolicy.Keep),
        SlowStart = Pick(TimeSpan.Zero, TimeSpan.FromSeconds(30), TimeSpan.FromTicks(_random.NextInt64(1, long.MaxValue))),
        Fallback = Pick(Fallback.None, Fallback.ZeroToOne, Fallback.Sorry),
        WhenDown = Pick(WhenDown.Auto, WhenDown.Quiesce, WhenDown.Remove),
        MinHealthy = Pick(0, 50, 100),
        Sorry = Coin() ? new SorrySpec { Address = Address(), Port = (ushort)_random.Next(65536), Method = Pick(Enum.GetValues<ForwardingMethod>()) } : null,
        Grace = Pick(TimeSpan.Zero, TimeSpan.FromMinutes(1)),
    };

    public BackendSpec BackendSpec() => BackendSpec(Address());

    private BackendSpec BackendSpec(IPAddress address) => new()
    {
        Host = Pick(Text() ?? "", address.ToString(), Address().ToString(), address.ToString().ToUpperInvariant()),
        Address = address,
        Port = (ushort)_random.Next(65536),
        Weight = Pick(0, 1, 100, int.MaxValue),
        Method = Pick(ForwardingMethod.Masquerade, ForwardingMethod.Tunnel, ForwardingMethod.DirectRoute),
        Tunnel = Coin() ? new TunnelOptions(TunnelType.Gue, (ushort)_random.Next(65536), TunnelChecksum.Remote) : default,
        UpperThreshold = Pick(0u, 7u, (uint)int.MaxValue),
        LowerThreshold = Pick(0u, 5u),
        Pulse = Pulse(),
        Force = Pick(Force.None, Force.Up, Force.Down),
        Drain = Pick<Drain?>(null, default(Drain), new Drain(DateTimeOffset.UnixEpoch.AddTicks(_random.NextInt64(long.MaxValue / 4)))),
        DrainOnRemoval = Pick(TimeSpan.Zero, TimeSpan.FromSeconds(30)),
    };

    private string? Pulse() => Coin() ? """{"type":"http", "args":{"path":"/\u00e4?\"x\""}}""" : null;

    private ServiceKey Key() => _random.Next(3) == 0
        ? ServiceKey.ForFirewallMark((uint)_random.NextInt64(1, uint.MaxValue), Pick(AddressFamily.InterNetwork, AddressFamily.InterNetworkV6))
        : ServiceKey.ForAddress(Pick(TransportProtocol.Tcp, TransportProtocol.Udp, TransportProtocol.Sctp), Address(), (ushort)_random.Next(65536));

    private IPAddress Address() => Coin()
        ? new IPAddress([(byte)_random.Next(1, 224), (byte)_random.Next(256), (byte)_random.Next(256), (byte)_random.Next(256)])
        : IPAddress.Parse($"2001:db8::{_random.Next(1, 65536):x}");

    private Netmask Mask() => Coin()
        ? Netmask.FromPrefixLength(AddressFamily.InterNetworkV6, _random.Next(1, 129))
        : Netmask.FromPrefixLength(AddressFamily.InterNetwork, _random.Next(0, 33));

    private string Source() => Pick("api", "file", "docker/web1");

    private string? Text() => Pick(null, "", "web.example", "a\u0001\"\\'🦦\n");

    private bool Coin() => _random.Next(2) == 0;

    private T Pick<T>(params T[] values) => values[_random.Next(values.Length)];
}
