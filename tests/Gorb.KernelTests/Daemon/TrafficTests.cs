using System.Net;
using Gorb.Ipvs;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>Real packets, from the client's namespace through the kernel's balancer to the backends.</summary>
public sealed class TrafficTests(SharedDaemon daemon) : KernelTest(daemon)
{
    private const int Visits = 30;

    public static TheoryData<string, bool, TransportProtocol> Paths
    {
        get
        {
            var paths = new TheoryData<string, bool, TransportProtocol>();
            foreach (var method in new[] { "nat", "dr", "tunnel" })
            {
                foreach (var v6 in new[] { false, true })
                {
                    paths.Add(method, v6, TransportProtocol.Tcp);
                    paths.Add(method, v6, TransportProtocol.Udp);
                }
            }

            return paths;
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task RoundRobin_OverEveryPath_SpreadsEvenly(string method, bool v6, TransportProtocol protocol)
    {
        await Gorb.PutServiceAsync("web", Service(v6, protocol, "rr"), method, v6);

        var spread = Visitor.Spread(Vip(v6), 80, Visits, protocol);

        spread.Should().BeEquivalentTo(new Dictionary<string, int> { ["b1"] = 10, ["b2"] = 10, ["b3"] = 10 });
        var counted = await Gorb.GetAsync("/service/web/b1");
        counted.GetProperty("kernel").GetProperty("weight").GetInt32().Should().Be(100);
    }

    [Fact]
    public async Task Sctp_OverNat_SpreadsEvenly()
    {
        await Gorb.PutServiceAsync("web", Service(v6: false, TransportProtocol.Sctp, "rr"));

        Visitor.Spread(Network.Vip4, 80, 9, TransportProtocol.Sctp).Values.Should().Equal(3, 3, 3);
    }

    [Fact]
    [Trait(KernelFeature.Trait, KernelFeature.XtablesName)]
    public async Task FirewallMark_OverSeveralPorts_IsOneService()
    {
        string[] rule = ["-p", "tcp", "-d", $"{Network.Vip4}", "--dport", "8000:8002", "-j", "MARK", "--set-mark", "7"];
        Shell.Run("modprobe", "-a", "iptable_mangle", "xt_mark", "xt_tcpudp");
        Shell.Run("iptables-legacy", ["-t", "mangle", "-A", "PREROUTING", .. rule]);
        try
        {
            await Gorb.PutServiceAsync("marked", """{"fwmark": 7, "method": "rr"}""");

            var ports = Enumerable.Range(0, 9).Select(visit => 8000 + (visit % 3));
            ports.SelectMany(port => Visitor.Visit(Network.Vip4, port, 1)).CountBy(name => name).Select(pair => pair.Value).Should().Equal(3, 3, 3);
        }
        finally
        {
            Shell.Run("iptables-legacy", ["-t", "mangle", "-D", "PREROUTING", .. rule]);
        }
    }

    [Fact]
    public async Task Weights_UnderWrr_AreRatios()
    {
        await Gorb.PutServiceAsync("web", Service(v6: false, TransportProtocol.Tcp, "wrr"));
        await Gorb.PatchAsync("/service/web/b1", """{"weight": 300}""");
        await Gorb.PatchAsync("/service/web/b2", """{"weight": 200}""");

        Visitor.Spread(Network.Vip4, 80, 12).Should().BeEquivalentTo(new Dictionary<string, int> { ["b1"] = 6, ["b2"] = 4, ["b3"] = 2 });
    }

    [Fact]
    public async Task WeightZero_GetsNoNewConnection_AndKeepsTheOldOne()
    {
        await Gorb.PutServiceAsync("web", Service(v6: false, TransportProtocol.Tcp, "rr"));
        using var connection = Visitor.Connect(Network.Vip4, 80);
        var backend = Visitor.RequestName(connection);

        await Gorb.PatchAsync($"/service/web/{backend}", """{"weight": 0}""");

        Visitor.Visit(Network.Vip4, 80, Visits).Should().NotContain(backend);
        Visitor.RequestName(connection).Should().Be(backend);
    }

    [Theory]
    [InlineData("sh")]
    [InlineData("mh")]
    public async Task SourceHashing_KeepsAClientOnItsBackend(string method)
    {
        await Gorb.PutServiceAsync("web", Service(v6: false, TransportProtocol.Tcp, method));

        Visitor.Visit(Network.Vip4, 80, 10).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task SourceHashing_WithPortFlag_SpreadsAClient()
    {
        await Gorb.PutServiceAsync("web", """{"host": "10.9.0.100", "port": 80, "method": "sh", "flags": "sh-port"}""");

        Visitor.Visit(Network.Vip4, 80, Visits).Distinct().Should().HaveCountGreaterThan(1);
    }

    [Fact]
    public async Task Persistence_KeepsAClientOnItsBackend_UntilItIsSwitchedOff()
    {
        await Gorb.PutServiceAsync("web", """{"host": "10.9.0.100", "port": 80, "method": "rr", "persistence": {"timeout": "1m"}}""");
        Visitor.Visit(Network.Vip4, 80, 10).Distinct().Should().ContainSingle();

        await Gorb.PatchAsync("/service/web", """{"persistent": false}""");

        Visitor.Spread(Network.Vip4, 80, 9).Values.Should().Equal(3, 3, 3);
    }

    [Fact]
    public async Task OpenConnection_LivesThroughTenEdits()
    {
        await Gorb.PutServiceAsync("web", Service(v6: false, TransportProtocol.Tcp, "rr"));
        using var connection = Visitor.Connect(Network.Vip4, 80);
        var backend = Visitor.RequestName(connection);

        string[] edits =
        [
            """{"method": "wrr"}""", """{"method": "sh"}""", """{"flags": "sh-port"}""", """{"flags": ""}""", """{"method": "mh", "flags": "mh-fallback"}""",
            """{"persistent": true}""", """{"persistence": {"timeout": "2m", "netmask": "24"}}""", """{"persistent": false}""", """{"method": "lc"}""",
        ];
        foreach (var edit in edits)
        {
            await Gorb.PatchAsync("/service/web", edit);
            Visitor.RequestName(connection).Should().Be(backend, edit);
        }

        await Gorb.PatchAsync($"/service/web/{backend}", """{"weight": 1, "upper_threshold": 1000}""");
        Visitor.RequestName(connection).Should().Be(backend);
    }

    [Fact]
    public async Task Counters_InGet_CountTheVisits()
    {
        // The test's own port: the kernel reuses a recently deleted destination with its old counters.
        await Gorb.PutServiceAsync("web", """{"host": "10.9.0.100", "port": 8123, "method": "rr"}""");
        Visitor.Visit(Network.Vip4, 8123, 9);

        // The kernel updates the counters every two seconds.
        await Eventually.Async(async () => (await Gorb.GetAsync("/service/web")).GetProperty("kernel").GetProperty("connections").GetInt64() == 9);
        var backend = (await Gorb.GetAsync("/service/web/b2")).GetProperty("kernel");
        backend.GetProperty("traffic").GetProperty("connections").GetInt64().Should().Be(3);
        backend.GetProperty("traffic").GetProperty("in_bytes").GetInt64().Should().BePositive();
        backend.GetProperty("traffic").GetProperty("out_packets").GetInt64().Should().BePositive();
    }

    private static string Service(bool v6, TransportProtocol protocol, string method) =>
        $$"""{"host": "{{Vip(v6)}}", "port": 80, "protocol": "{{protocol}}", "method": "{{method}}"}""";

    private static IPAddress Vip(bool v6) => v6 ? Network.Vip6 : Network.Vip4;
}
