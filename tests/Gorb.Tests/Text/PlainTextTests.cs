using Gorb.Health.Probes;
using Gorb.Model;
using Gorb.Model.Text;

namespace Gorb.Tests.Text;

/// <summary>Text from other programs and users stays on one line.</summary>
public sealed class PlainTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("503, expected 200", "503, expected 200")]
    [InlineData("grüß 世界 😀", "grüß 世界 😀")]
    [InlineData("a\r\n12:00:00.000 INF forged", @"a\r\n12:00:00.000 INF forged")]
    [InlineData("\t\0\x1b[2J\x7f", @"\t\x00\x1b[2J\x7f")]
    [InlineData("\u0085\u009b31m", @"\x85\x9b31m")]
    [InlineData("\u2028\u2029", @"\u2028\u2029")]
    [InlineData("user\u202etxt.exe\u2066\ufeff", @"user\u202etxt.exe\u2066\ufeff")]
    [InlineData("\U000e0041", @"\U000e0041")]
    public void Escape_LeavesWhatCanBeRead(string text, string escaped) => PlainText.Escape(text).Should().Be(escaped);

    [Fact]
    public void Escape_ShowsLoneSurrogates() => PlainText.Escape("a" + (char)0xd800 + "b").Should().Be(@"a\ud800b");

    [Fact]
    public void Shorten_DoesNotTearACharacter() => PlainText.Shorten("ab😀", 3).Should().Be("ab...");

    [Fact]
    public void ReasonsOfVerdicts_AreOneLineOfBoundedLength()
    {
        new ProbeResult(Passed: false, "Unknown: a\nb\x1b[1m", TimeSpan.Zero).Reason.Should().Be(@"Unknown: a\nb\x1b[1m");
        new ProbeResult(Passed: false, new string('x', 100_000), TimeSpan.Zero).Reason.Length.Should().BeLessThan(1100);
    }

    [Fact]
    public void Events_AreOneLine() => new Event("health", default, "web", "b1", "up: a\u2028b").Text.Should().Be(@"up: a\u2028b");
}
