using System.Net;
using Gorb.Doctor;
using Gorb.Ipvs;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Connections;
using Gorb.Ipvs.Routes;
using Gorb.Model;
using Gorb.Model.Policy;
using Gorb.Why;

namespace Gorb.Tests.Why;

/// <summary>The way of a packet, on a host with one network on which nothing is wrong but what a test plants.</summary>
public sealed class TraceTests
{
    private static readonly IPAddress Vip = IPAddress.Parse("10.9.0.100");
    private static readonly ServiceSpec Spec = new() { Key = ServiceKey.ForAddress(TransportProtocol.Tcp, Vip, 80), Method = "rr" };

    internal static Question Fine { get; } = new()
    {
        Client = IPAddress.Parse("10.9.0.10"),
        VirtualAddress = Vip,
        Service = new Service("web", Spec, Backends.Of([Backend("b1", 21), Backend("b2", 22)])),
        Entry = Entry("rr", Destination(21), Destination(22)),
        Host = new HostView
        {
            Links = [Link(2, "eth0"), Link(3, "gorb0") with { Kind = "dummy" }],
            Addresses = [Address(2, "10.9.0.1", 24), Address(2, "10.9.0.100", 32)],
            Setting = static name => name is "net.ipv4.ip_forward" or "net.ipv4.conf.eth0.forwarding" ? "1" : null,
            Route = static query => new RouteAnswer(Route(query.InputLink is null ? RouteType.Unicast : RouteType.Local), Errno.None),
        },
        Neighbor = static (link, address) => new NeighborEntry { Link = link, Address = address, HardwareAddress = System.Net.NetworkInformation.PhysicalAddress.None, State = NeighborState.Reachable },
    };

    [Fact]
    public void Nothing_IsBroken()
    {
        var view = Trace.Run(Fine);

        view.Broken.Should().BeFalse();
        view.Summary.Should().Be("Packets of 10.9.0.10 for web reach one of 2 backends, as far as this host can see; it cannot see: return.");
        view.Steps.Select(static step => step.Step).Should().Equal(
            "neighbour", "address", "filter", "service", "scheduler",
            "backend", "route", "filter", "neighbour", "forwarding", "filter", "client", "return",
            "backend", "route", "filter", "neighbour", "forwarding", "filter", "client", "return");
    }

    [Fact]
    public void OneOfSeveralBackends_IsBroken()
    {
        var view = Trace.Run(Fine with { Neighbor = static (link, address) => Fine.Neighbor(link, address)! with { State = address.Equals(IPAddress.Parse("10.9.0.22")) ? NeighborState.Failed : NeighborState.Stale } });

        view.Summary.Should().StartWith("Packets of 10.9.0.10 for web are lost when b2 is chosen: 10.9.0.22 does not answer requests for its hardware address on eth0");
    }

    /// <summary>The kernel asks for the destination address of the packet when it keeps a route from a NAT connection for a backend with direct routing.</summary>
    [Theory]
    [InlineData(ForwardingMethod.DirectRoute, NeighborState.Incomplete, 0, true)]
    [InlineData(ForwardingMethod.DirectRoute, NeighborState.Failed, 2, true)]
    [InlineData(ForwardingMethod.DirectRoute, NeighborState.Failed, 60, false)] // from a time when this host did not have the address
    [InlineData(ForwardingMethod.Masquerade, NeighborState.Failed, 2, false)]
    public void ARouteOfTheFormerMethod_IsBroken(ForwardingMethod method, NeighborState state, int unused, bool isBroken)
    {
        var destination = Destination(22);
        var view = Trace.Run(Fine with
        {
            Entry = Entry("rr", destination with { Destination = destination.Destination with { Forwarding = method } }),
            Neighbor = (link, address) => Fine.Neighbor(link, address)! with { State = address.Equals(Vip) ? state : NeighborState.Reachable, Unused = TimeSpan.FromSeconds(unused) },
        });

        view.Broken.Should().Be(isBroken, view.Summary);
        if (isBroken)
        {
            view.Summary.Should().Contain("this host asks on eth0 for the hardware address of 10.9.0.100, its own, instead of 10.9.0.22");
            view.Command.Should().Be("ip route replace 10.9.0.22 via 10.9.0.22 dev eth0 onlink && ip neigh flush to 10.9.0.100 dev eth0");
        }
    }

    [Fact]
    public void ConnectionEntry_DecidesForItsPort()
    {
        var question = Fine with { Port = 40_000, Connections = new ConnectionSearch([Connection(40_000, 22, "ESTABLISHED", 880)], true) };

        Trace.Run(question).Summary.Should().StartWith("Packets of 10.9.0.10 for web reach b2");
        Trace.Run(question with { Port = null }).Summary.Should().Contain("one of 2 backends");
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("1", false)]
    public void EntryOfARemovedBackend_DependsOnTheSetting(string expires, bool isBroken)
    {
        var view = Trace.Run(Fine with
        {
            Port = 40_000,
            Connections = new ConnectionSearch([Connection(40_000, 29, "ESTABLISHED", 880)], true),
            Host = Fine.Host with { Setting = name => name == "net.ipv4.vs.expire_nodest_conn" ? expires : Fine.Host.Setting(name) },
        });

        view.Broken.Should().Be(isBroken);
        view.Command.Should().Be(isBroken ? "sysctl -w net.ipv4.vs.expire_nodest_conn=1" : null);
    }

    [Theory]
    [InlineData(100, "0", "b2")]
    [InlineData(0, "0", "b2")]
    [InlineData(0, "1", "b1")]
    public void Template_DecidesUnlessItsBackendIsQuiesced(int weight, string expires, string expected)
    {
        var entry = Entry("rr", Destination(21), Destination(22, weight));
        var view = Trace.Run(Fine with
        {
            Entry = entry with { Service = entry.Service with { Service = entry.Service.Service with { Flags = ServiceFlags.Persistent } } },
            Connections = new ConnectionSearch([Connection(0, 22, "NONE", 200)], true),
            Host = Fine.Host with { Setting = name => name == "net.ipv4.vs.expire_quiescent_template" ? expires : Fine.Host.Setting(name) },
        });

        view.Summary.Should().StartWith($"Packets of 10.9.0.10 for web reach {expected}");
    }

    /// <summary>A SYN whose answer never came back, unless a later connection was answered.</summary>
    [Fact]
    public void UnansweredConnection_IsEvidence()
    {
        var one = Fine with { Entry = Entry("rr", Destination(21)), Connections = new ConnectionSearch([Connection(40_000, 21, "SYN_RECV", 50)], true) };

        Trace.Run(one).Summary.Should().Contain("the client's last connection, 10 s ago, got no answer");
        Trace.Run(one with { Connections = new ConnectionSearch([Connection(40_000, 21, "SYN_RECV", 60)], true) }).Broken.Should().BeFalse("it has only begun");
        Trace.Run(one with { Connections = new ConnectionSearch([Connection(40_000, 21, "SYN_RECV", 50), Connection(40_001, 21, "FIN_WAIT", 110)], true) }).Broken
            .Should().BeFalse("another was answered in the same second");
        Trace.Run(one with { Connections = new ConnectionSearch([.. one.Connections.Entries, Connection(40_001, 21, "FIN_WAIT", 115)], true) }).Broken.Should().BeFalse();
    }

    [Fact]
    public void LocalBackend_NeedsNoWayBack()
    {
        var view = Trace.Run(Fine with { Entry = Entry("rr", Destination(1)) });

        view.Broken.Should().BeFalse();
        view.Steps[^1].Seen.Should().Be("this host answers itself");
    }

    [Fact]
    public void NoWeight_SaysWhyOfEachBackend()
    {
        var drained = Backend("b2", 22) with { Spec = Backend("b2", 22).Spec with { Drain = new Drain(null) } };
        var view = Trace.Run(Fine with
        {
            Service = Fine.Service with { Backends = Backends.Of([Backend("b1", 21), drained]) },
            Entry = Entry("rr", Destination(21, 0), Destination(22, 0)),
            Failure = static backend => backend == "b1" ? "connection refused" : null,
        });

        view.Summary.Should().Be("Packets of 10.9.0.10 for web are lost: no backend takes new connections: b1 is down (connection refused), b2 drains.");
    }

    [Fact]
    public void FullBackend_IsNotChosen()
    {
        var full = Destination(22) with { ActiveConnections = 5, Destination = Destination(22).Destination with { UpperThreshold = 5 } };

        Trace.Run(Fine with { Entry = Entry("rr", Destination(21), full) }).Summary.Should().StartWith("Packets of 10.9.0.10 for web reach b1");
    }

    [Fact]
    public void TunnelThatIsTooNarrow_IsADoubt()
    {
        var tunnel = Destination(21) with { Destination = Destination(21).Destination with { Forwarding = ForwardingMethod.Tunnel } };
        var view = Trace.Run(Fine with { Entry = Entry("rr", tunnel) });

        view.Broken.Should().BeFalse();
        view.Steps.Single(static step => step.Step == "mtu").Seen.Should().StartWith("packets of more than 1480 bytes do not fit into the tunnel");
    }

    /// <summary>A service by firewall mark has no address of its own.</summary>
    [Fact]
    public void Mark_WithoutAnAddress_IsFollowedFromTheService()
    {
        var view = Trace.Run(Fine with { VirtualAddress = null, Service = Fine.Service with { Spec = Spec with { Key = ServiceKey.ForFirewallMark(7, System.Net.Sockets.AddressFamily.InterNetwork) } } });

        view.Broken.Should().BeFalse();
        view.Steps[0].Should().Match<WhyStepView>(static step => step.Result == "unknown" && step.Step == "address");
    }

    private static NetworkLink Link(uint index, string name) => new()
    {
        Index = index,
        Name = name,
        IsUp = true,
        IsRunning = true,
        IsEthernet = true,
        UsesArp = true,
        HardwareAddress = System.Net.NetworkInformation.PhysicalAddress.None,
        Mtu = 1500,
        Kind = null,
    };

    internal static LinkAddress Address(uint link, string address, byte length) =>
        new() { Link = link, Address = IPAddress.Parse(address), PrefixLength = length, ValidFor = null, IsUsable = true };

    private static Route Route(RouteType type) => new() { Type = type, Table = 254, Link = 2, Gateway = null, Source = null, Mtu = null };

    private static Backend Backend(string name, int host) =>
        new(name, new BackendSpec { Host = $"10.9.0.{host}", Address = IPAddress.Parse($"10.9.0.{host}"), Port = 80 }, default) { Health = BackendHealth.Start(StartPolicy.Up) };

    internal static DestinationEntry Destination(int host, int weight = 100) =>
        new(new Destination(new DestinationKey(IPAddress.Parse($"10.9.0.{host}"), 80)) { Weight = weight }, new Counters());

    internal static TableEntry Entry(string scheduler, params DestinationEntry[] destinations) => new(new VirtualServiceEntry(new VirtualService(Spec.Key) { Scheduler = scheduler }, new Counters()), destinations);

    internal static ConnectionEntry Connection(ushort port, int host, string state, int seconds) =>
        new(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.10"), port, Vip, 80, new DestinationKey(IPAddress.Parse($"10.9.0.{host}"), 80), state, TimeSpan.FromSeconds(seconds));
}
