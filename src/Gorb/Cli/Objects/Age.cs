using System.Globalization;

namespace Gorb.Cli.Objects;

/// <summary>Times since something happened, in the two largest units: 42s, 5m10s, 3h5m, 2d4h.</summary>
internal static class Age
{
    public static string Format(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => Text(age.Seconds, "s"),
        { TotalHours: < 1 } => $"{Text(age.Minutes, "m")}{Text(age.Seconds, "s")}",
        { TotalDays: < 1 } => $"{Text(age.Hours, "h")}{Text(age.Minutes, "m")}",
        _ => $"{Text((long)age.TotalDays, "d")}{Text(age.Hours, "h")}",
    };

    private static string Text(long number, string unit) => string.Create(CultureInfo.InvariantCulture, $"{number}{unit}");
}
