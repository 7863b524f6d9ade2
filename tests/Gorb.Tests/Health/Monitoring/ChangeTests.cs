using Gorb.Tests.Api;
using Gorb.Tests.State;

namespace Gorb.Tests.Health.Monitoring;

/// <summary>A backend's check state survives changes of the backend and of its service.</summary>
public sealed class ChangeTests : PulseTest
{
    private const string Host = "10.9.0.21";
    private const string SlowWeb = """{"host": "10.9.0.100", "port": 80, "slow_start": "30s"}""";
    private const string Quick = """, "pulse": {"interval": "1s", "timeout": "1s", "fall": 1, "rise": 1}""";
    private const string EverySecond = """, "pulse": {"interval": "1s", "timeout": "1s", "fall": 3}""";

    [Theory]
    [InlineData("/service/web/b1", """{"weight": 200}""", 200)]
    [InlineData("/service/web/b1", """{"pulse": {"interval": "2s", "timeout": "1s"}}""", 100)]
    [InlineData("/service/web", """{"pulse": {"interval": "2s", "timeout": "1s"}}""", 100)]
    [InlineData("/service/web", """{"port": 81}""", 100)]
    [InlineData("/service/web", """{"slow_start": "40s"}""", 100)]
    public async Task BackendThatGrows_GoesOnGrowing(string path, string change, int weight)
    {
        await PutWebAsync(SlowWeb, backends: 1, Quick);
        await ComeBackAsync();
        await PassAsync(6);
        Weights()[Host].Should().BeInRange(15, 25);

        await Daemon.PatchAsync(path, change);
        await PassAsync(9);
        Weights()[Host].Should().BeInRange(weight / 3, weight * 6 / 10);
        await PassAsync(25);

        Weights()[Host].Should().Be(weight);
    }

    [Fact]
    public async Task BackendThatGrows_IsWholeAtOnce_WhenThereIsNoSlowStartAnyMore()
    {
        await PutWebAsync(SlowWeb, backends: 1, Quick);
        await ComeBackAsync();
        await PassAsync(6);

        await Daemon.PatchAsync("/service/web", """{"slow_start": "0s"}""");
        await PassAsync(0);
        Weights()[Host].Should().Be(100);
        await Daemon.PatchAsync("/service/web", """{"slow_start": "30s"}""");
        await PassAsync(0);

        Weights()[Host].Should().Be(100, "it has grown");
    }

    [Fact]
    public async Task BackendThatGrows_IsWholeAfterARestart()
    {
        using var file = new TemporaryFile();
        await using (var first = await StartAsync(file.Path))
        {
            await first.PutAsync("/service/web", SlowWeb);
            await first.PutAsync("/service/web/b1", $$"""{"host": "{{Host}}", "port": 80{{Quick}}}""");
            await ComeBackAsync(first);
            await PassAsync(6, first);
            Weights(first)[Host].Should().BeLessThan(50);
        }

        await using var second = await StartAsync(file.Path);

        Weights(second)[Host].Should().Be(100);
    }

    [Fact]
    public async Task BackendThatIsDown_ComesBackSlowly_AlsoWithAnotherCheck()
    {
        await PutWebAsync(SlowWeb, backends: 1, Quick);
        await PassAsync(1);
        Prober.Fail(Host);
        await PassAsync(1);

        await Daemon.PatchAsync("/service/web/b1", """{"pulse": {"interval": "2s", "timeout": "1s", "rise": 1}}""");
        Prober.Pass(Host);
        await PassAsync(2);

        Weights()[Host].Should().BeInRange(1, 20);
    }

    [Fact]
    public async Task SamePutAgainAndAgain_LeavesFallAndHistory()
    {
        await PutWebAsync(backends: 1, members: EverySecond);
        await PassAsync(3);
        Prober.Fail(Host);

        for (var second = 1; second <= 2; second++)
        {
            await Daemon.PutAsync("/service/web/b1", $$"""{"host": "{{Host}}", "port": 80{{EverySecond}}}""");
            await PassAsync(1);
            Weights()[Host].Should().Be(100, "fall is 3");
        }

        await Daemon.PutAsync("/service/web/b1", $$"""{"host": "{{Host}}", "port": 80{{EverySecond}}}""");
        await PassAsync(1);

        Weights()[Host].Should().Be(0);
        (await CheckAsync("/service/web/b1")).GetProperty("consecutive").GetInt32().Should().Be(3);
    }

    [Fact]
    public async Task AnotherCheck_BeginsAnew_AndTheOthersAndTheTransitionsStay()
    {
        await PutWebAsync(backends: 1, members: """, "pulse": [{"interval": "1s", "timeout": "1s", "fall": 1, "rise": 1}, {"interval": "1s", "timeout": "1s", "args": {"port": 81}}]""");
        await ComeBackAsync();

        await Daemon.PatchAsync("/service/web/b1", """{"pulse": [{"interval": "1s", "timeout": "1s", "fall": 1, "rise": 1}, {"interval": "1s", "timeout": "1s", "args": {"port": 82}}]}""");
        await PassAsync(0);

        var pulse = (await Daemon.GetAsync("/service/web/b1")).GetProperty("pulse");
        pulse.GetProperty("transitions").GetInt32().Should().Be(2);
        pulse.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("reason").GetString()).Should().Equal("connected", "not checked yet");
    }

    /// <summary>Without a kernel the table shows every verdict as "up"; the checks start with the service's own start verdict instead.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task KernelThatComesLate_GetsWhatTheChecksSay(int seconds)
    {
        using var file = new TemporaryFile();
        await using (var first = await StartAsync(file.Path))
        {
            await first.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "start": "down"}""");
            await first.PutAsync("/service/web/b1", $$"""{"host": "{{Host}}", "port": 80{{Quick}}}""");
        }

        Kernel.Table.Flush();
        Kernel.IsLoaded = false;
        await using var second = await StartAsync(file.Path);
        await PassAsync(seconds, second);

        Kernel.IsLoaded = true;
        await PassAsync(0, second);
        Weights(second)[Host].Should().Be(seconds == 0 ? 0 : 100);
        await PassAsync(1, second);

        Weights(second)[Host].Should().Be(100);
    }

    private async Task ComeBackAsync(TestDaemon? daemon = null)
    {
        await PassAsync(1, daemon);
        Prober.Fail(Host);
        await PassAsync(1, daemon);
        Prober.Pass(Host);
        await PassAsync(1, daemon);
    }
}
