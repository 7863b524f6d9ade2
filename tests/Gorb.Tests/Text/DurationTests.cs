using Gorb.Model.Text;

namespace Gorb.Tests.Text;

public sealed class DurationTests
{
    [Theory]
    [InlineData("5s", 5_000)]
    [InlineData("1m", 60_000)]
    [InlineData("2 hours", 7_200_000)]
    [InlineData("1 hour", 3_600_000)]
    [InlineData("3min", 180_000)]
    [InlineData("10 sec", 10_000)]
    [InlineData("250ms", 250)]
    [InlineData("1m30s", 90_000)]
    [InlineData(" 1h 5m ", 3_900_000)]
    [InlineData("5S", 5_000)]
    [InlineData("1Min", 60_000)]
    [InlineData("2HOURS", 7_200_000)]
    [InlineData("+5s", 5_000)]
    [InlineData("250MS", 250)]
    public void TryParse_Times_ReadsMilliseconds(string text, long milliseconds)
    {
        Duration.TryParse(text, out var duration).Should().BeTrue();
        duration.TotalMilliseconds.Should().Be(milliseconds);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("0s")]
    [InlineData("-5s")]
    [InlineData("1.5s")]
    [InlineData("5 parsecs")]
    [InlineData("5\u017F")]
    [InlineData("++5s")]
    [InlineData("1h+5s")]
    [InlineData("s")]
    [InlineData("999999999999999999h")]
    [InlineData("99999999999999999999999999999999999999s")]
    public void TryParse_NoTimes_IsFalse(string? text) => Duration.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public void Format_AnyTime_ReadsBack()
    {
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            var duration = TimeSpan.FromMilliseconds(random.NextInt64(1, 1_000_000_000_000));
            Duration.TryParse(Duration.Format(duration), out var read).Should().BeTrue();
            read.Should().Be(duration);
        }
    }
}
