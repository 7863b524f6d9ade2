using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Conntrack;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Library;

/// <summary>Entries of real flows in the real table.</summary>
[Trait(KernelFeature.Trait, KernelFeature.XtablesName)]
public sealed class ConntrackTests : LibraryTest
{
    private const int Port = 80;
    private const int ManyFlows = 300; // more than one datagram of a dump and one batch of deletions

    private static readonly IPAddress B1 = Network.Address("b1"), B2 = Network.Address("b2");

    private readonly ConntrackClient _conntrack = ConntrackClient.Create();
    private readonly ConnectionTracking _tracking = new();

    public override void Dispose()
    {
        _conntrack.Dispose();
        _tracking.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Delete_OfADestination_LeavesOtherFlows_AndALiveFlowGoesOn(bool v6)
    {
        var service = AddService(Udp(v6), v6);
        using var first = Visitor.Connect(service.Address!, Port, TransportProtocol.Udp);
        using var second = Visitor.Connect(service.Address!, Port, TransportProtocol.Udp);
        var (name, otherName) = (Visitor.RequestName(first), Visitor.RequestName(second));
        var (server, otherServer) = (Network.Address(name, v6), Network.Address(otherName, v6));
        ConnectionTracking.Servers(first).Should().Equal(server);

        _conntrack.DeleteUdpFlows(service, new DestinationKey(server, Port)).Should().Be(1);

        ConnectionTracking.Servers(first).Should().BeEmpty();
        ConnectionTracking.Servers(second).Should().Equal(otherServer);
        Visitor.RequestName(first).Should().Be(name);
        ConnectionTracking.Servers(first).Should().Equal(server);
    }

    [Fact]
    public void Delete_OfManyFlows_GetsThemAll()
    {
        var service = AddService(Udp(v6: false), v6: false);
        Visitor.Visit(Network.Vip4, Port, ManyFlows, TransportProtocol.Udp);
        ConnectionTracking.Count(B1).Should().Be(ManyFlows / 2);

        _conntrack.DeleteUdpFlows(service, new DestinationKey(B1, Port)).Should().Be(ManyFlows / 2);

        ConnectionTracking.Count(B1).Should().Be(0);
        ConnectionTracking.Count(B2).Should().Be(ManyFlows / 2);
    }

    [Fact]
    public void Delete_OfAFirewallMark_IsOfWhatIpvsTranslates()
    {
        string[] marking = ["PREROUTING", "-p", "udp", "-d", $"{Network.Vip4}", "-j", "MARK", "--set-mark", "7"];
        string[] rewriting = ["PREROUTING", "-p", "udp", "-d", "10.9.0.1", "--dport", "8053", "-j", "DNAT", "--to", $"{B1}:{Port}"];
        Shell.Run("modprobe", "-a", "iptable_mangle", "iptable_nat", "xt_mark", "xt_tcpudp", "xt_nat");
        Shell.Run("iptables-legacy", ["-t", "mangle", "-A", .. marking]);
        Shell.Run("iptables-legacy", ["-t", "nat", "-A", .. rewriting]);
        try
        {
            var service = AddService(Mark, v6: false, "b1");
            using var balanced = Visitor.Connect(Network.Vip4, Port, TransportProtocol.Udp);
            using var rewritten = Visitor.Connect(IPAddress.Parse("10.9.0.1"), 8053, TransportProtocol.Udp);
            Visitor.RequestName(balanced).Should().Be("b1");
            Visitor.RequestName(rewritten).Should().Be("b1");

            _conntrack.DeleteUdpFlows(service, new DestinationKey(B1, Port)).Should().BePositive();

            ConnectionTracking.Servers(balanced).Should().BeEmpty();
            ConnectionTracking.Servers(rewritten).Should().Equal(B1);
        }
        finally
        {
            Shell.Run("iptables-legacy", ["-t", "nat", "-D", .. rewriting]);
            Shell.Run("iptables-legacy", ["-t", "mangle", "-D", .. marking]);
        }
    }

    [Fact]
    public void KernelWithoutTheModule_HasAnEmptyTable()
    {
        var loader = File.ReadAllText("/proc/sys/kernel/modprobe");
        File.WriteAllText("/proc/sys/kernel/modprobe", "/bin/false"); // modules cannot be loaded any more
        Shell.Run("rmmod", "nf_conntrack_netlink");
        try
        {
            _conntrack.DeleteUdpFlows(Udp(v6: false), new DestinationKey(B1, Port)).Should().Be(0);
        }
        finally
        {
            File.WriteAllText("/proc/sys/kernel/modprobe", loader);
        }
    }

    private ServiceKey AddService(ServiceKey key, bool v6, params string[] backends)
    {
        Apply(new IpvsChange.AddService(new VirtualService(key) { Scheduler = "rr" }));
        Apply([.. (backends.Length == 0 ? ["b1", "b2"] : backends).Select(backend =>
            new IpvsChange.AddDestination(key, new Destination(new DestinationKey(Network.Address(backend, v6), Port)) { Weight = 1 }))]);
        return key;
    }

    private static ServiceKey Udp(bool v6) => ServiceKey.ForAddress(TransportProtocol.Udp, v6 ? Network.Vip6 : Network.Vip4, Port);
}
