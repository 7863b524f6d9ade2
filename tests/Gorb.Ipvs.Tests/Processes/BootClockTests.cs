using System.Globalization;
using Gorb.Ipvs.Processes;

namespace Gorb.Ipvs.Tests.Processes;

/// <summary>The clock that goes on while the host is suspended.</summary>
public sealed class BootClockTests
{
    [Fact]
    public void TimeStamp_IsTheTimeSinceTheHostBooted()
    {
        var clock = new BootClock();
        var before = Uptime();

        var stamp = TimeSpan.FromSeconds((double)clock.GetTimestamp() / clock.TimestampFrequency);

        stamp.Should().BeGreaterThanOrEqualTo(before).And.BeLessThanOrEqualTo(Uptime() + TimeSpan.FromMilliseconds(10), "/proc/uptime counts hundredths of a second");
    }

    [Fact]
    public void ElapsedTime_IsCounted()
    {
        var clock = new BootClock();

        clock.GetElapsedTime(clock.GetTimestamp() - clock.TimestampFrequency).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
    }

    private static TimeSpan Uptime() => TimeSpan.FromSeconds(double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture));
}
