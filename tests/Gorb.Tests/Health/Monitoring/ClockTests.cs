namespace Gorb.Tests.Health.Monitoring;

/// <summary>The host's clock is set while checks run.</summary>
public sealed class ClockTests : PulseTest
{
    private const string Quick = """, "pulse": {"interval": "1s", "timeout": "1s", "fall": 1, "rise": 1}""";

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task ClockThatIsSet_StopsNoChecks_AndIsWhatIsShown(int hours)
    {
        await PutWebAsync(members: Quick);
        await PassAsync(2);

        Clock.SetHost(TimeSpan.FromHours(hours));
        Prober.Fail("10.9.0.21");
        await PassAsync(1);
        Weights()["10.9.0.21"].Should().Be(0);

        await PassAsync(3);
        var shown = await Daemon.GetAsync("/service/web/b1");
        shown.GetProperty("metrics").GetProperty("uptime").GetInt32().Should().Be(3);
        shown.GetProperty("pulse").GetProperty("changed_at").GetDateTimeOffset().Should().Be(Clock.GetUtcNow() - TimeSpan.FromSeconds(3));
        shown.GetProperty("pulse").GetProperty("checks")[0].GetProperty("at").GetDateTimeOffset().Should().Be(Clock.GetUtcNow());
    }

    [Fact]
    public async Task ClockThatDrifts_DoesNotChangeWhatIsShownOfThePast()
    {
        await PutWebAsync(members: Quick);
        await PassAsync(2);
        var before = (await CheckAsync("/service/web/b1")).GetProperty("at").GetDateTimeOffset();

        Clock.SetHost(TimeSpan.FromMilliseconds(3));

        (await CheckAsync("/service/web/b1")).GetProperty("at").GetDateTimeOffset().Should().Be(before);
    }

    [Fact]
    public async Task ClockThatIsSetBack_ShowsNoTimeBeforeTheBeginning()
    {
        await PutWebAsync();

        Clock.SetHost(-TimeSpan.FromHours(1));

        (await Daemon.GetAsync("/service/web/b1")).GetProperty("metrics").GetProperty("uptime").GetInt32().Should().Be(0);
    }
}
