using System.Net;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>The audit file on a disk that fills, and on one whose host loses power.</summary>
public sealed class AuditDiskTests : OwnDaemonTest
{
    private const string Body = """{"host": "10.9.0.100", "port": 80, "pulse": {"type": "http", "args": {"path": "PATH"}}}""";

    private string Audit => Path.Combine(Directory, "audit.jsonl");

    /// <summary>The snapshot has what a power cut would leave. Ending the daemon by SIGKILL leaves at least that.</summary>
    [Fact]
    public async Task PowerCut_RightAfterAnAnswer_LosesNoLine()
    {
        using var disk = new LoopDisk(Directory);
        await using (var gorb = await StartAsync("--audit", Audit))
        {
            await gorb.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
            await gorb.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "pulse": {"type": "none"}}""");
            disk.TakeSnapshot();
            await gorb.KillAsync();
            File.ReadLines(Audit).Should().HaveCount(2);
        }

        disk.RestoreSnapshot();

        File.ReadLines(Audit).Should().SatisfyRespectively(
            first => first.Should().Contain("\"path\":\"/service/web\""),
            last => last.Should().Contain("\"path\":\"/service/web/b1\"").And.Contain("\"result\":\"ok\"").And.EndWith("}"));
    }

    /// <summary>Refusals fill the reserve of the disk, too. The change that is refused then is in neither table.</summary>
    [Fact]
    public async Task FullDisk_StopsChanges_UntilThereIsRoom()
    {
        var folder = Path.Combine(Directory, "log");
        System.IO.Directory.CreateDirectory(folder);
        Shell.Run("mount", "-t", "tmpfs", "-o", "size=1200k", "tmpfs", folder);
        try
        {
            await using var gorb = await StartAsync("--audit", Path.Combine(folder, "audit.jsonl"));
            var path = new string('x', 1500);
            var answer = await gorb.SendAsync(HttpMethod.Put, "/service/web", """{"host": "10.9.0.100", "port": 80}""");
            var changes = 0;
            while (answer.IsSuccessStatusCode)
            {
                changes++;
                answer = await gorb.SendAsync(HttpMethod.Put, "/service/web", Body.Replace("PATH", $"/{changes}{path}", StringComparison.Ordinal));
            }

            answer.StatusCode.Should().Be(HttpStatusCode.InsufficientStorage);
            (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("the disk of the audit file");
            (await gorb.GetAsync("/service/web")).ToString().Should().Contain($"/{changes - 1}x").And.NotContain($"/{changes}x");

            Shell.Run("mount", "-o", "remount,size=8m", folder);
            await gorb.DeleteAsync("/service/web");
            File.ReadLines(Path.Combine(folder, "audit.jsonl")).Last().Should().Contain("\"action\":\"remove\"");
        }
        finally
        {
            Shell.Run("umount", folder);
        }
    }
}
