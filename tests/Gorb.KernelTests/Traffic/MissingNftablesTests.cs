using System.Net;
using System.Text.Json;
using Gorb.Ipvs;
using Gorb.Ipvs.Nftables;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Traffic;

/// <summary>A kernel without nf_tables for IPv4 and IPv6 refuses source NAT, and the answer says what it lacks.</summary>
[Trait(KernelFeature.Trait, KernelFeature.NoNftablesName)]
public sealed class MissingNftablesTests(SharedDaemon daemon) : KernelTest(daemon)
{
    private const string Lacking = "CONFIG_NF_TABLES_INET";

    [Fact]
    public async Task Daemon_RefusesMasquerade()
    {
        using var tracking = new Setting("net.ipv4.vs.conntrack", "1"); // else that is what it lacks
        var answer = await Gorb.SendAsync(HttpMethod.Put, "/service/web", """{"host": "10.9.0.100", "port": 80, "masquerade": true}""");

        answer.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("details")[0].GetProperty("problem").GetString().Should().Contain(Lacking);
        Shell.Ipvsadm().Should().BeEmpty();
    }

    [Fact]
    public void Library_RefusesRules()
    {
        var web = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80);
        using var table = MasqueradeTable.Create("gorbtest");
        var state = table.Read();

        state.Exists.Should().BeFalse();
        Action write = () => table.TryWrite(state, new MasqueradeRules(new Dictionary<ServiceKey, MasqueradeMode> { [web] = MasqueradeMode.Always }, [IPNetwork.Parse("10.9.0.0/22")]));
        write.Should().Throw<NftablesException>().Which.Message.Should().Contain(Lacking);
    }
}
