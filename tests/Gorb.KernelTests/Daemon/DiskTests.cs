using System.Net;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>The disk of the state file refuses data: no write changes anything, and the response gives the reason.</summary>
public sealed class DiskTests : OwnDaemonTest
{
    /// <summary>Members that take room, so that a disk is full after hundreds of services and not after thousands.</summary>
    private static readonly string Bulky = $$$""", "pulse": {"type": "http", "args": {"path": "/{{{new string('x', 1500)}}}"}}""";

    [Fact]
    public async Task FullDisk_RefusesWritesAndChangesNothing_UntilThereIsRoom()
    {
        Shell.Run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", Directory);
        try
        {
            var saved = 0;
            await using (var gorb = await StartAsync())
            {
                HttpResponseMessage answer;
                while ((answer = await PutNumberedAsync(gorb, saved, Bulky)).IsSuccessStatusCode)
                {
                    saved++;
                }

                await ShouldBeAsync(answer, HttpStatusCode.InsufficientStorage, "is full");
                Shell.Ipvsadm().Should().HaveCount(saved).And.NotBeEmpty();

                Shell.Run("mount", "-o", "remount,size=8m", Directory);
                (await PutNumberedAsync(gorb, saved, Bulky)).StatusCode.Should().Be(HttpStatusCode.OK);
            }

            await ShouldStartWithAsync(saved + 1);
        }
        finally
        {
            Shell.Run("umount", Directory);
        }
    }

    /// <summary>Another program fills the disk. Each of many changes that shrink the table still works; those that grow it do not.</summary>
    [Theory]
    [InlineData("tmpfs")]
    [InlineData("ext4")]
    public async Task FullDisk_TakesEveryRemoval_AndDrainAndWeight(string fileSystem)
    {
        const int services = 16;
        using var disk = new LoopDisk(Directory, fileSystem);
        var filler = Path.Combine(Directory, "filler");
        await using (var gorb = await StartAsync())
        {
            for (var i = 0; i < services; i++)
            {
                (await PutNumberedAsync(gorb, i)).StatusCode.Should().Be(HttpStatusCode.OK);
                await gorb.PutAsync($"/service/s{i}/b1", """{"host": "10.9.0.21", "port": 80, "pulse": {"type": "none"}}""");
                await gorb.PutAsync($"/service/s{i}/b2", """{"host": "10.9.0.22", "port": 80, "pulse": {"type": "none"}}""");
            }

            Fill(filler);
            await ShouldBeAsync(await FirstRefusedAsync(gorb, services), HttpStatusCode.InsufficientStorage, "is full");
            for (var i = 0; i < services - 1; i++)
            {
                await gorb.PatchAsync($"/service/s{i}/b1", """{"weight": 0}""");
                await gorb.DeleteAsync($"/service/s{i}/b2");
                await gorb.DeleteAsync($"/service/s{i}");
                Fill(filler); // take the freed space at once
            }

            Shell.Ipvsadm().Should().Contain($"-A -t 10.9.0.100:{10_000 + services - 1} -s wrr").And.NotContain("-A -t 10.9.0.100:10000 -s wrr");
            await gorb.KillAsync();
        }

        File.Delete(filler);
        await using var again = await StartAsync();
        (await again.GetAsync("/service")).EnumerateArray().Select(name => name.GetString()).Should().Contain($"s{services - 1}").And.NotContain("s0");
        (await PutNumberedAsync(again, 0)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    /// <summary>
    /// Makes the file immutable, which the daemon cannot tell from a read-only disk: a write fails, and not for lack of space. The kernel does not remount
    /// a file system read-only while a file on it is open for writing, unless it finds damage.
    /// </summary>
    [Fact]
    public async Task DiskThatRefusesWrites_ChangesNothing_UntilItTakesThemAgain()
    {
        using var disk = new LoopDisk(Directory);
        await using (var gorb = await StartAsync())
        {
            (await PutNumberedAsync(gorb, 0)).StatusCode.Should().Be(HttpStatusCode.OK);
            var table = Shell.Ipvsadm();

            Shell.Run("chattr", "+i", State, State + "-wal");
            await ShouldBeAsync(await PutNumberedAsync(gorb, 1), HttpStatusCode.ServiceUnavailable, "fails or is read-only");
            await ShouldBeAsync(await gorb.SendAsync(HttpMethod.Delete, "/service/s0"), HttpStatusCode.ServiceUnavailable, "fails or is read-only");
            Shell.Ipvsadm().Should().Equal(table).And.HaveCount(1);
            (await gorb.GetAsync("/service")).GetArrayLength().Should().Be(1);

            Shell.Run("chattr", "-i", State, State + "-wal");
            (await PutNumberedAsync(gorb, 1)).StatusCode.Should().Be(HttpStatusCode.OK);
            Shell.Ipvsadm().Should().HaveCount(2);
        }

        await ShouldStartWithAsync(services: 2);
    }

    [Fact]
    public async Task PowerCut_RightAfterAnAnswer_LosesNothing()
    {
        using var disk = new LoopDisk(Directory);
        await using (var gorb = await StartAsync())
        {
            (await PutNumberedAsync(gorb, 0)).StatusCode.Should().Be(HttpStatusCode.OK);
            (await PutNumberedAsync(gorb, 1)).StatusCode.Should().Be(HttpStatusCode.OK);
            disk.TakeSnapshot();
        }

        disk.RestoreSnapshot();

        await ShouldStartWithAsync(services: 2);
    }

    [Fact]
    public async Task ReadOnlyDisk_EndsTheStart_UntilItIsMountedForWriting()
    {
        Shell.Run("mount", "-t", "tmpfs", "tmpfs", Directory);
        try
        {
            await using (var first = await StartAsync())
            {
                (await PutNumberedAsync(first, 0)).StatusCode.Should().Be(HttpStatusCode.OK);
                await first.TerminateAsync();
            }

            Shell.Run("mount", "-o", "remount,ro", Directory);
            var refused = await VerbResult.RunAsync("", "-l", "127.0.0.1:14598", "--state", State);
            refused.Status.Should().Be(1);
            refused.Errors.Should().StartWith($"gorb: the disk of the state file {State} fails or is read-only").And.Contain("--state");
            Shell.Ipvsadm().Should().HaveCount(1);

            Shell.Run("mount", "-o", "remount,rw", Directory);
            await ShouldStartWithAsync(services: 1);
        }
        finally
        {
            Shell.Run("umount", Directory);
        }
    }

    private async Task ShouldStartWithAsync(int services)
    {
        await using var again = await StartAsync();
        (await again.GetAsync("/service")).GetArrayLength().Should().Be(services);
        Shell.Ipvsadm().Should().HaveCount(services);
    }

    /// <summary>Takes all free space.</summary>
    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write);
        foreach (var size in (int[])[1 << 20, 1 << 12])
        {
            var block = new byte[size];
            try
            {
                while (true)
                {
                    file.Write(block);
                    file.Flush();
                }
            }
            catch (IOException)
            {
                continue; // full for blocks of this size
            }
        }
    }

    /// <summary>Puts services until one is refused: small ones fit into existing pages.</summary>
    private static async Task<HttpResponseMessage> FirstRefusedAsync(GorbProcess gorb, int number)
    {
        HttpResponseMessage answer;
        while ((answer = await PutNumberedAsync(gorb, number)).IsSuccessStatusCode)
        {
            number++;
        }

        return answer;
    }

    private static Task<HttpResponseMessage> PutNumberedAsync(GorbProcess gorb, int number, string members = "") =>
        gorb.SendAsync(HttpMethod.Put, $"/service/s{number}", $$"""{"host": "10.9.0.100", "port": {{10_000 + number}}{{members}} }""");

    private async Task ShouldBeAsync(HttpResponseMessage answer, HttpStatusCode status, string cause)
    {
        answer.StatusCode.Should().Be(status);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain(State).And.Contain(cause).And.Contain("nothing was changed");
    }
}
