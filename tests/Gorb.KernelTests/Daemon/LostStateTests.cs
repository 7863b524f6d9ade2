using System.Net;
using System.Text.Json;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>The state file is removed while the daemon runs, and the daemon is then killed: all acknowledged changes are restored.</summary>
public sealed class LostStateTests : OwnDaemonTest
{
    public static TheoryData<string> Losses() => new(
        "rm {0}", "rm -r {1}", "truncate -s 0 {0}", "truncate -s 0 {0}-wal", "mv {0} {0}.old");

    private string Folder => Path.Combine(Directory, "state");

    private string File => Path.Combine(Folder, "gorb.db");

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task FileLost_IsWrittenAnew_AndTheTableSurvivesAKill(string loss)
    {
        await using (var gorb = await StartHereAsync())
        {
            await PutAsync(gorb, "before", 80);
            Sh(loss);
            await PutAsync(gorb, "after", 81);
            await gorb.LogsAsync("written anew with all 2 services");
            gorb.ClearLog();
            Sh(loss);
            await gorb.LogsAsync("written anew with all 2 services"); // without a request
            await gorb.KillAsync();
        }

        await using var again = await StartHereAsync();
        Names(await again.GetAsync("/service")).Should().Equal("after", "before");
        Shell.Run("stat", "-c", "%a", Folder, File).Should().Be("700\n600\n");
    }

    [Fact]
    public async Task AnotherFileInItsPlace_IsRefused_AndHealthGoesOn()
    {
        await using (var gorb = await StartHereAsync())
        {
            await PutAsync(gorb, "before", 80);
            await gorb.PutAsync("/service/before/b1", """{"host": "10.9.0.21", "port": 80, "pulse": {"type": "tcp", "interval": "200ms", "fall": 1, "args": {"port": 9}}}""");
            Sh("cp {0} {0}.new; mv {0}.new {0}");

            using var refused = await gorb.SendAsync(HttpMethod.Put, "/service/after", """{"host": "10.9.0.100", "port": 81}""");
            refused.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            (await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain($"another file stands at {File}").And.Contain($"mv {File} {File}.other");
            using var ready = await gorb.SendAsync(HttpMethod.Get, "/readyz");
            ready.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            await Eventually.Async(() => Task.FromResult(Shell.Ipvsadm().Contains("-a -t 10.9.0.100:80 -r 10.9.0.21:80 -m -w 0")), () => gorb.Log);

            Sh("mv {0} {0}.other");
            await gorb.LogsAsync("written anew with all 1 services");
            await PutAsync(gorb, "after", 81);
            await gorb.KillAsync();
        }

        await using var again = await StartHereAsync();
        Names(await again.GetAsync("/service")).Should().Equal("after", "before");
    }

    [Fact]
    public async Task FileLostOnADiskThatBecameReadOnly_IsRefusedUntilItCanBeWritten()
    {
        System.IO.Directory.CreateDirectory(Folder);
        using var disk = new LoopDisk(Folder);
        await using (var gorb = await StartHereAsync())
        {
            await PutAsync(gorb, "before", 80);
            Sh("mv {0} {0}.old; chattr +i {1}"); // like a read-only directory
            using var refused = await gorb.SendAsync(HttpMethod.Put, "/service/after", """{"host": "10.9.0.100", "port": 81}""");
            refused.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            Shell.Ipvsadm().Should().HaveCount(1);

            Sh("chattr -i {1}");
            await gorb.LogsAsync("written anew with all 1 services");
            await PutAsync(gorb, "after", 81);
            await gorb.KillAsync();
        }

        await using var again = await StartHereAsync();
        Names(await again.GetAsync("/service")).Should().Equal("after", "before");
    }

    private void Sh(string command) => Shell.Run("sh", "-c", string.Format(System.Globalization.CultureInfo.InvariantCulture, command, File, Folder));

    private Task<GorbProcess> StartHereAsync() => GorbProcess.StartAsync("-i", "br0", "--state", File);

    private static Task PutAsync(GorbProcess gorb, string name, int port) => gorb.PutAsync($"/service/{name}", $$"""{"host": "10.9.0.100", "port": {{port}}}""");

    private static IEnumerable<string?> Names(JsonElement list) => list.EnumerateArray().Select(name => name.GetString());
}
