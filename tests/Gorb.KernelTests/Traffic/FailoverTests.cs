using System.Net.Sockets;
using Gorb.Ipvs;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Traffic;

/// <summary>What happens to a client when its backend leaves.</summary>
public sealed class FailoverTests(SharedDaemon daemon) : KernelTest(daemon)
{
    private const string Check = """{"type": "tcp", "interval": "300ms", "timeout": "300ms", "args": {"port": 8081}}""";

    /// <summary>
    /// The test's own port: a destination that the kernel revives within two minutes after its removal still has the counts of its last two seconds
    /// (ip_vs_ctl.c, ip_vs_zero_stats), also from another test.
    /// </summary>
    private const int CountedPort = 8053;

    [Fact]
    public async Task UdpFlow_BackendFailsItsChecks_MovesOnWithItsPort()
    {
        var checkedPorts = Network.Backends.ToDictionary(backend => backend, backend => new WebServer(backend));
        try
        {
            await Gorb.PutServiceAsync("dns", $$"""{"host": "{{Network.Vip4}}", "port": 80, "protocol": "udp", "method": "rr"}""");
            foreach (var backend in Network.Backends)
            {
                await Gorb.PatchAsync($"/service/dns/{backend}", $$"""{"pulse": {{Check}} }""");
            }

            using var client = Visitor.Connect(Network.Vip4, 80, TransportProtocol.Udp);
            using var other = Visitor.Connect(Network.Vip4, 80, TransportProtocol.Udp);
            var (lost, kept) = (Visitor.RequestName(client), Visitor.RequestName(other));

            checkedPorts[lost].Dispose();
            await Eventually.Async(() => Task.FromResult(!Shell.Ipvsadm().Any(rule => rule.Contains($"-r {Network.Address(lost)}:", StringComparison.Ordinal))), () => Gorb.Log);

            Visitor.RequestName(client).Should().NotBe(lost);
            Visitor.RequestName(other).Should().Be(kept);
        }
        finally
        {
            checkedPorts.Values.ToList().ForEach(server => server.Dispose());
        }
    }

    [Fact]
    public async Task Connection_BackendIsRemovedWhenDown_IsReset()
    {
        await Gorb.PutServiceAsync("web", """{"host": "10.9.0.100", "port": 80, "method": "rr", "when_down": "remove"}""");
        using var connection = Visitor.Connect(Network.Vip4, 80);
        var lost = Visitor.RequestName(connection);

        await Gorb.PatchAsync($"/service/web/{lost}", """{"force": "down"}""");

        Action ask = () => Visitor.RequestName(connection);
        ask.Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
        Visitor.Visit(Network.Vip4, 80, 9).Should().NotContain(lost);
    }

    [Theory]
    [InlineData("rr", "force", "\"down\"")]
    [InlineData("dh", "force", "\"down\"")]
    [InlineData("dh", "drain", "true")] // the kernel has lblc then
    public async Task Connection_BackendIsQuiesced_GoesOn(string method, string member, string value)
    {
        await Gorb.PutServiceAsync("web", $$"""{"host": "10.9.0.100", "port": 80, "method": "{{method}}", "when_down": "quiesce"}""");
        using var connection = Visitor.Connect(Network.Vip4, 80);
        var backend = Visitor.RequestName(connection);

        await Gorb.PatchAsync($"/service/web/{backend}", $$"""{"{{member}}": {{value}} }""");

        Visitor.Visit(Network.Vip4, 80, 9).Should().NotContain(backend);
        Visitor.RequestName(connection).Should().Be(backend);
    }

    /// <summary>The kernel loses the counters of a removed destination, after two minutes for good.</summary>
    [Fact]
    public async Task Counters_OfABackendThatIsOutOfTheKernel_AreKept()
    {
        await Gorb.PutServiceAsync("dns", $$"""{"host": "{{Network.Vip4}}", "port": {{CountedPort}}, "protocol": "udp", "method": "rr"}""");
        Visitor.Visit(Network.Vip4, CountedPort, 9, TransportProtocol.Udp);
        await EventuallyConnectionsAsync(3);

        await Gorb.PatchAsync("/service/dns/b1", """{"force": "down"}""");
        (await Gorb.GetAsync("/service/dns/b1")).GetProperty("kernel").GetProperty("removed").GetBoolean().Should().BeTrue();
        (await ConnectionsAsync()).Should().Be(3);
        (await Gorb.Http.GetStringAsync(new Uri("/metrics?backends=true", UriKind.Relative), TestContext.Current.CancellationToken))
            .Should().Contain("gorb_service_backend_connections_total{service_name=\"dns\",name=\"b1\",host=\"10.9.0.21\",port=\"80\"} 3");

        await Gorb.PatchAsync("/service/dns/b1", """{"force": null}""");
        (await ConnectionsAsync()).Should().Be(3);
        Visitor.Visit(Network.Vip4, CountedPort, 9, TransportProtocol.Udp);
        await EventuallyConnectionsAsync(6);
    }

    private async Task EventuallyConnectionsAsync(long expected)
    {
        long connections = -1;
        await Eventually.Async(async () => (connections = await ConnectionsAsync()) == expected, () => $"{connections} connections, not {expected}");
    }

    private async Task<long> ConnectionsAsync() =>
        (await Gorb.GetAsync("/service/dns/b1")).GetProperty("kernel").GetProperty("traffic").GetProperty("connections").GetInt64();
}
