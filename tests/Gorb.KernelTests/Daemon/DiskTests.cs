using System.Net;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>The disk of the state file takes nothing: then nothing is changed, and the answer says why.</summary>
public sealed class DiskTests : OwnDaemonTest
{
    [Fact]
    public async Task FullDisk_RefusesWritesAndChangesNothing_UntilThereIsRoom()
    {
        Shell.Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", Directory);
        try
        {
            var saved = 0;
            await using (var gorb = await StartAsync())
            {
                HttpResponseMessage answer;
                while ((answer = await PutNumberedAsync(gorb, saved)).IsSuccessStatusCode)
                {
                    saved++;
                }

                await ShouldBeAsync(answer, HttpStatusCode.InsufficientStorage, "is full");
                Shell.Ipvsadm().Should().HaveCount(saved).And.NotBeEmpty();

                Shell.Run("mount", "-o", "remount,size=8m", Directory);
                (await PutNumberedAsync(gorb, saved)).StatusCode.Should().Be(HttpStatusCode.OK);
            }

            await ShouldStartWithAsync(saved + 1);
        }
        finally
        {
            Shell.Run("umount", Directory);
        }
    }

    /// <summary>
    /// The kernel makes no file system read-only under a file that is open for writing, unless it finds it damaged; to the daemon that is what a file is
    /// that became immutable: a write fails, and not for want of room.
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
            disk.Photograph();
        }

        disk.Return();

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
            var refused = await Verb.RunAsync("", "-l", "127.0.0.1:14598", "--state", State);
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

    private static Task<HttpResponseMessage> PutNumberedAsync(GorbProcess gorb, int number) =>
        gorb.SendAsync(HttpMethod.Put, $"/service/s{number}", $$"""{"host": "10.9.0.100", "port": {{10_000 + number}}}""");

    private async Task ShouldBeAsync(HttpResponseMessage answer, HttpStatusCode status, string cause)
    {
        answer.StatusCode.Should().Be(status);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain(State).And.Contain(cause).And.Contain("nothing was changed");
    }
}
