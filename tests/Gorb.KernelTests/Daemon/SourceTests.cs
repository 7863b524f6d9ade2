using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>A file and a script that declare parts of one table, and an operator who drains.</summary>
public sealed class SourceTests : OwnDaemonTest
{
    private const string File = "services:\n  web: { host: 10.9.0.100, port: 80, method: rr, backends: { b1: { host: 10.9.0.21, port: 80 } } }\n";
    private const string Script = """{"services": {"web": {"backends": {"b2": {"host": "10.9.0.22", "port": 80}}}, "mail": {"host": "10.9.0.100", "port": 80, "method": "wlc"}}}""";

    private static readonly string[] Drained = ["-A -t 10.9.0.100:80 -s rr", "-a -t 10.9.0.100:80 -r 10.9.0.21:80 -m -w 0", "-a -t 10.9.0.100:80 -r 10.9.0.22:80 -m -w 100"];

    [Fact]
    public async Task Sources_AndAnOperatorsDrain_SurviveAKillAndTheNextDeclaration()
    {
        using var file = new TemporaryFile(File);
        await using (var first = await StartAsync("--config", file.Path, "--resync", "none"))
        {
            await first.PutAsync("/config?source=script", Script);
            await first.PatchAsync("/service/web/b1", """{"drain": true}""");
            Shell.Ipvsadm().Should().BeEquivalentTo(Drained);
            Visitor.Visit(Network.Vip4, 80, 3).Distinct().Should().Equal("b2");
            await first.KillAsync();
        }

        await using var again = await StartAsync("--config", file.Path, "--resync", "none");
        await again.PutAsync("/config?source=script", Script);
        await again.PutAsync("/config", """{"services": {}}"""); // the API has nothing
        again.Signal("HUP");

        Shell.Ipvsadm().Should().BeEquivalentTo(Drained);
        Visitor.Visit(Network.Vip4, 80, 3).Distinct().Should().Equal("b2");

        await again.PatchAsync("/service/web/b1", """{"drain": null}""");
        Visitor.Visit(Network.Vip4, 80, 4).Distinct().Order().Should().Equal("b1", "b2");

        file.Replace("services: {}\n"); // the script takes over the address that it could not have
        await Eventually.Async(() => Task.FromResult(Shell.Ipvsadm().SequenceEqual(["-A -t 10.9.0.100:80 -s wlc"])), () => again.Log);
    }
}
