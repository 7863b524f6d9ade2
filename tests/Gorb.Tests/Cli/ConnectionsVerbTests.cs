using Gorb.Cli;
using Gorb.Connections;
using Gorb.Tests.Api;
using Gorb.Tests.Health.Probes;
using Gorb.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Cli;

/// <summary><c>gorb connections</c>.</summary>
[Collection(Alone.Name)]
public sealed class ConnectionsVerbTests : VerbTest
{
    private const string Lines = """
        Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
        TCP 0A09000A 9C40 C0000201 0050 0A090015 0050 ESTABLISHED     899
        TCP 0A09000B 9C40 C0000201 0050 0A090015 0050 FIN_WAIT        119
        TCP 0A09000B 0000 C0000201 0050 0A090015 0050 NONE            299

        """;

    [Fact]
    public async Task All_ArePrintedAsTables()
    {
        var ran = await AskAsync("connections");

        ran.Status.Should().Be(ExitStatus.Done);
        ran.Output.Split('\n').Should().Equal(
            "2 connections, 1 persistence template",
            "BACKEND   ADDRESS        CONNECTIONS   TEMPLATES   STATES",
            "web/b1    10.9.0.21:80   2             1           ESTABLISHED 1, FIN_WAIT 1",
            "CLIENT            VIRTUAL        BACKEND   ADDRESS        STATE         FORGOTTEN IN",
            "10.9.0.10:40000   192.0.2.1:80   web/b1    10.9.0.21:80   ESTABLISHED   899s",
            "10.9.0.11:40000   192.0.2.1:80   web/b1    10.9.0.21:80   FIN_WAIT      119s",
            "10.9.0.11         192.0.2.1:80   web/b1    10.9.0.21:80   template      299s",
            "");
        ran.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task Filters_AreSent_AndWhatIsLeftOutIsTold()
    {
        var ran = await AskAsync("connections", "web/b1", "--client", "10.9.0.10", "--limit", "0");

        ran.Output.Should().Be("1 connection, 0 persistence templates\n");
        ran.Errors.Should().Contain("0 are listed");
    }

    [Fact]
    public async Task Json_IsTheAnswerOfTheApi() => (await AskAsync("connections", "--json")).Output.Should().Contain("\"state\": \"FIN_WAIT\"");

    [Fact]
    public async Task WrongQuestions_AreRefused()
    {
        (await AskAsync("connections", "none")).Should().Match<Ran>(static ran => ran.Status == ExitStatus.Refused && ran.Errors.Contains("there is no service 'none'"));
        (await AskAsync("connections", "web", "--client", "nobody")).Status.Should().Be(ExitStatus.Refused);
        (await AskAsync("connections", "a/b/c")).Status.Should().Be(ExitStatus.Usage);
        (await RunAsync("connections", "-s", Nobody)).Status.Should().Be(ExitStatus.Unreachable);
    }

    private protected override TestDaemon NewDaemon(FakeKernel kernel)
    {
        var table = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(_file.Path))!, "ip_vs_conn");
        File.WriteAllText(table, Lines);
        return new TestDaemon { Kernel = kernel, Configure = services => services.AddSingleton(new ConnectionReader(table)) };
    }

    private protected override async Task PrepareAsync()
    {
        await _daemon.PutAsync("/service/web", """{"host": "192.0.2.1", "port": 80, "persistent": true}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");
    }
}
