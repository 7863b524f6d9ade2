using System.Globalization;
using System.Text.RegularExpressions;

namespace Gorb.Model.Text;

/// <summary>
/// Durations as people write them: GORB's "5s", "+5s", "1 m", "2 HOURS", and also "250ms" and "1m30s", in upper or lower case. Zero and values beyond a
/// TimeSpan are invalid.
/// </summary>
internal static partial class Duration
{
    private const int MaxLength = 200;

    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        if (text is null || text.Length > MaxLength || Pattern().Match(text.ToLowerInvariant()) is not { Success: true } match)
        {
            return false;
        }

        var milliseconds = 0m;
        for (var i = 0; i < match.Groups["number"].Captures.Count; i++)
        {
            if (!decimal.TryParse(match.Groups["number"].Captures[i].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number > long.MaxValue)
            {
                return false;
            }

            milliseconds += number * MillisecondsPer(match.Groups["unit"].Captures[i].Value);
        }

        if (milliseconds <= 0 || milliseconds > (decimal)TimeSpan.MaxValue.TotalMilliseconds - 1)
        {
            return false;
        }

        duration = TimeSpan.FromMilliseconds((long)milliseconds);
        return true;
    }

    /// <summary>The shortest text that parses to the same duration: "1m30s", "250ms".</summary>
    public static string Format(TimeSpan duration)
    {
        var text = string.Concat(
            Part((long)duration.TotalHours, "h"), Part(duration.Minutes, "m"), Part(duration.Seconds, "s"), Part(duration.Milliseconds, "ms"));
        return text.Length > 0 ? text : "0s";
    }

    private static string Part(long number, string unit) => number == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{number}{unit}");

    private static decimal MillisecondsPer(string unit) => unit switch
    {
        "ms" => 1,
        ['s', ..] => 1000,
        ['m', ..] => 60_000,
        _ => 3_600_000,
    };

    [GeneratedRegex(@"^\s*\+?(\s*(?<number>[0-9]{1,18})\s*(?<unit>ms|s|sec|seconds?|m|min|minutes?|h|hours?))+\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
