using System.Net;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>How the daemon starts and ends.</summary>
public sealed class LifeTests(SharedDaemon daemon) : KernelTest(daemon)
{
    [Fact]
    public async Task Sigterm_EndsIt_AndLeavesTheTable()
    {
        await Gorb.PutServiceAsync("s", """{"host": "10.9.0.100", "port": 80, "method": "rr"}""");
        var table = Shell.Ipvsadm();

        (await Gorb.TerminateAsync()).Should().Be(0, Gorb.Log);
        Shell.Ipvsadm().Should().Equal(table).And.HaveCount(4);
    }

    [Fact]
    public async Task Start_WithoutFlush_LeavesWhatIsThere()
    {
        Shell.Run("ipvsadm", "-A", "-t", "10.9.0.100:443", "-s", "rr");

        await using var second = await GorbProcess.StartAsync();
        await second.LogsAsync("Wanted: 0 services with 0 backends; the kernel needed 0 changes");

        Shell.Ipvsadm().Should().Equal("-A -t 10.9.0.100:443 -s rr");
    }

    [Fact]
    public async Task Start_WithFlush_EmptiesTheTable()
    {
        Shell.Run("ipvsadm", "-A", "-t", "10.9.0.100:443", "-s", "rr");

        await using var second = await GorbProcess.StartAsync("-f");

        Shell.Ipvsadm().Should().BeEmpty();
        await second.LogsAsync("Flushed");
    }

    [Fact]
    public async Task Readyz_WithTheModule_IsReady()
    {
        using var answer = await Gorb.SendAsync(HttpMethod.Get, "/readyz");

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Docs_AndDocument_AreServed()
    {
        (await Gorb.GetAsync("/openapi.json")).GetProperty("paths").EnumerateObject().Select(path => path.Name).Should().Contain("/service/{service}/{backend}");
        (await Gorb.Http.GetStringAsync(new Uri("/docs/index.html", UriKind.Relative), TestContext.Current.CancellationToken)).Should().Contain("swagger-ui");
    }
}
