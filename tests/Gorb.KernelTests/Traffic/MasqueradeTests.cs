using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Nftables;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Traffic;

/// <summary>NAT whose replies come back through the director, with real connections.</summary>
[Trait(KernelFeature.Trait, KernelFeature.NftablesName)]
public sealed class MasqueradeTests(SharedDaemon daemon, RoutedHosts hosts) : KernelTest(daemon), IClassFixture<RoutedHosts>
{
    private readonly RoutedHosts _hosts = hosts;

    /// <summary>The shared daemon sets no settings; one with the default options sets this one.</summary>
    private readonly Setting _tracking = new("net.ipv4.vs.conntrack", "1");

    public static TheoryData<bool, TransportProtocol> Paths =>
        [(false, TransportProtocol.Tcp), (false, TransportProtocol.Udp), (true, TransportProtocol.Tcp), (true, TransportProtocol.Udp)];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task BackendWithAnotherDefaultRoute_AnswersEveryClient_AndOtherServicesShowTheirs(bool v6, TransportProtocol protocol)
    {
        await PutAsync("web", v6, protocol, 8000, "true", RoutedHosts.Address(RoutedHosts.Stray, v6));
        await PutAsync("plain", v6, protocol, 8001, "false", RoutedHosts.Address(RoutedHosts.Homed, v6));
        await PutAsync("automatic", v6, protocol, 8002, "\"auto\"", RoutedHosts.Address(RoutedHosts.Homed, v6));
        await PutAsync("routed", v6, protocol, 8003, "\"auto\"", RoutedHosts.Behind(v6));

        foreach (var client in new[] { RoutedHosts.Far, null, NetworkNamespace.Client, RoutedHosts.Stray })
        {
            Ask(client, v6, 8000, protocol).Should().Be(RoutedHosts.Director(v6), client ?? "director");
        }

        Ask(RoutedHosts.Far, v6, 8001, protocol).Should().Be(RoutedHosts.Client(v6));
        Ask(RoutedHosts.Far, v6, 8002, protocol).Should().Be(RoutedHosts.Client(v6));
        Ask(NetworkNamespace.Client, v6, 8002, protocol).Should().Be(RoutedHosts.Director(v6));
        Ask(RoutedHosts.Homed, v6, 8002, protocol).Should().Be(RoutedHosts.Director(v6));
        Ask(RoutedHosts.Far, v6, 8003, protocol).Should().Be(RoutedHosts.Director(v6));
    }

    [Fact]
    public async Task OpenConnection_LivesThroughChangesAndRepairs_AndTheTableGoesWithTheLastService()
    {
        Shell.Run("nft", "add", "table", "inet", "other");
        await PutAsync("web", v6: false, TransportProtocol.Tcp, 8000, "true", RoutedHosts.Address(RoutedHosts.Stray, v6: false));
        using var connection = AddressServer.Connect(RoutedHosts.Far, Network.Vip4, 8000, TransportProtocol.Tcp);
        void ExpectAnswer() => AddressServer.Ask(connection).Should().Be(RoutedHosts.Director(v6: false));
        ExpectAnswer();

        await PutAsync("shop", v6: false, TransportProtocol.Tcp, 8002, "\"auto\"", RoutedHosts.Address(RoutedHosts.Stray, v6: false));
        ExpectAnswer();
        await Gorb.DeleteAsync("/service/shop");
        ExpectAnswer();
        foreach (var drift in new[] { "flush chain inet gorb translate", "insert rule inet gorb postrouting return", "delete table inet gorb" })
        {
            Shell.Run("nft", drift.Split(' '));
            Gorb.Signal("HUP");
            await Eventually.Async(() => Task.FromResult(IsWhole()), ShowTables);
            ExpectAnswer();
            Ask(RoutedHosts.Far, v6: false, 8000, TransportProtocol.Tcp).Should().Be(RoutedHosts.Director(v6: false), drift);
        }

        await Gorb.DeleteAsync("/service/web");
        ShowTables().Should().Contain("table inet other").And.NotContain("gorb");
        Shell.Run("nft", "delete", "table", "inet", "other");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _tracking.Dispose();
        ShowTables().Should().NotContain("inet gorb", "{0} is gone with the services", _hosts);
        GC.SuppressFinalize(this);
    }

    private async Task PutAsync(string name, bool v6, TransportProtocol protocol, int port, string masquerade, IPAddress backend)
    {
        await Gorb.PutAsync($"/service/{name}",
            $$"""{"host": "{{(v6 ? Network.Vip6 : Network.Vip4)}}", "port": {{port}}, "protocol": "{{protocol.ToString().ToLowerInvariant()}}", "masquerade": {{masquerade}} }""");
        await Gorb.PutAsync($"/service/{name}/b1", $$"""{"host": "{{backend}}", "port": {{RoutedHosts.Port}}, "pulse": {"type": "none"} }""");
    }

    private static IPAddress Ask(string? client, bool v6, int port, TransportProtocol protocol) => AddressServer.Ask(client, v6 ? Network.Vip6 : Network.Vip4, port, protocol);

    private static string ShowTables() => Shell.Run("nft", "list", "ruleset", "inet");

    /// <summary>True when the table has exactly its rules.</summary>
    private static bool IsWhole()
    {
        using var table = MasqueradeTable.Create("gorb");
        return table.Read().IsIntact;
    }
}
