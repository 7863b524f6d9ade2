using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>A daemon that follows a file, <c>gorb --config FILE</c>.</summary>
public sealed class ConfigFileTests : OwnDaemonTest
{
    [Fact]
    public async Task Config_IsFollowed_AndReadAtSighup_AndABadFileChangesNothing()
    {
        using var file = new TemporaryFile(Document("rr"));
        await using var gorb = await GorbProcess.StartAsync("-i", "br0", "--config", file.Path, "--resync", "none");
        Shell.Ipvsadm().Should().Equal("-A -t 10.9.0.100:80 -s rr");

        file.Replace(Document("wlc"));
        await TableIsAsync(gorb, "-A -t 10.9.0.100:80 -s wlc");

        file.Replace(Document("sed"), File.GetLastWriteTimeUtc(file.Path)); // same length and time as before: the inode and its change time differ
        await TableIsAsync(gorb, "-A -t 10.9.0.100:80 -s sed");

        Shell.Run("ipvsadm", "-E", "-t", "10.9.0.100:80", "-s", "lc");
        await gorb.PutAsync("/service/mail", """{"host": "10.9.0.100", "port": 25, "method": "rr"}""");
        gorb.Signal("HUP"); // repairs changed entries, and leaves alone what the file never had
        await TableIsAsync(gorb, "-A -t 10.9.0.100:25 -s rr", "-A -t 10.9.0.100:80 -s sed");
        await gorb.DeleteAsync("/service/mail");

        file.Replace("services:\n  web: { host: 10.9.0.100, port: 80, method: rr, prt: 81 }\n");
        await gorb.LogsAsync($"{file.Path} changes nothing: line 2, column 50: services.web.prt is not known here");
        Shell.Ipvsadm().Should().Equal("-A -t 10.9.0.100:80 -s sed");

        file.Replace(Document("nq"));
        await TableIsAsync(gorb, "-A -t 10.9.0.100:80 -s nq");
        (await gorb.TerminateAsync()).Should().Be(0);
    }

    private static string Document(string method) => $"services:\n  web: {{ host: 10.9.0.100, port: 80, method: {method} }}\n";

    private static Task TableIsAsync(GorbProcess gorb, params string[] lines) =>
        Eventually.Async(() => Task.FromResult(Shell.Ipvsadm().Order(StringComparer.Ordinal).SequenceEqual(lines)), () => gorb.Log);
}
