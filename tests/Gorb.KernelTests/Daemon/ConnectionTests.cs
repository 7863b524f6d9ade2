using System.Net.Sockets;
using System.Text.Json;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>GET /connections shows what the kernel's table holds.</summary>
public sealed class ConnectionTests(SharedDaemon daemon) : KernelTest(daemon)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OpenConnection_AndItsTemplate_AreShownWithTheirBackend(bool v6)
    {
        var vip = v6 ? Network.Vip6 : Network.Vip4;
        await Gorb.PutServiceAsync("web", $$"""{"host": "{{vip}}", "port": 80, "method": "rr", "persistent": true}""", "nat", v6);
        using var connection = Visitor.Connect(vip, 80);
        var backend = Visitor.RequestName(connection);

        var view = await Gorb.GetAsync("/connections?service=web");

        view.GetProperty("connections").GetInt64().Should().Be(1);
        view.GetProperty("templates").GetInt64().Should().Be(1);
        var entries = view.GetProperty("entries").EnumerateArray().ToList();
        entries.Should().OnlyContain(entry => entry.GetProperty("backend").GetString() == backend && entry.GetProperty("expires").GetInt32() > 0);
        var open = entries.Single(static entry => !entry.GetProperty("template").GetBoolean());
        Text(open, "state").Should().Be("ESTABLISHED");
        Text(open, "client").Should().Be($"{connection.LocalEndPoint}");
        Text(open, "virtual").Should().Be($"{connection.RemoteEndPoint}");
        (await Gorb.GetAsync($"/connections?client={Uri.EscapeDataString($"{connection.LocalEndPoint}")}")).GetProperty("connections").GetInt64().Should().Be(1);

        connection.Shutdown(SocketShutdown.Both);
        await Eventually.Async(async () => Text((await Gorb.GetAsync("/connections?service=web")).GetProperty("entries").EnumerateArray().First(static entry => !entry.GetProperty("template").GetBoolean()), "state") != "ESTABLISHED");
    }

    [Fact]
    [Trait(KernelFeature.Trait, KernelFeature.XtablesName)]
    public async Task ConnectionOfAServiceByFirewallMark_IsFoundByItsBackend()
    {
        string[] rule = ["-p", "tcp", "-d", $"{Network.Vip4}", "--dport", "8000", "-j", "MARK", "--set-mark", "7"];
        Shell.Run("modprobe", "-a", "iptable_mangle", "xt_mark", "xt_tcpudp");
        Shell.Run("iptables-legacy", ["-t", "mangle", "-A", "PREROUTING", .. rule]);
        try
        {
            await Gorb.PutAsync("/service/marked", """{"fwmark": 7}""");
            await Gorb.PutAsync("/service/marked/b1", $$"""{"host": "{{Network.Address("b1")}}", "port": 80}""");
            using var connection = Visitor.Connect(Network.Vip4, 8000);
            Visitor.RequestName(connection).Should().Be("b1");

            var view = await Gorb.GetAsync("/connections?service=marked&backend=b1");

            view.GetProperty("connections").GetInt64().Should().Be(1);
        }
        finally
        {
            Shell.Run("iptables-legacy", ["-t", "mangle", "-D", "PREROUTING", .. rule]);
        }
    }

    private static string? Text(JsonElement entry, string member) => entry.GetProperty(member).GetString();
}
