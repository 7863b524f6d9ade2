using System.Globalization;

namespace Gorb.Sources.Docker;

/// <summary>Parses signals in Docker's notations: "SIGTERM", "TERM", "15", "SIGRTMIN+3" (signal(7), numbers of x86 and ARM).</summary>
internal static class SignalName
{
    public const int Kill = 9;
    public const int Term = 15;
    private const int RealTimeMin = 34;
    private const int RealTimeMax = 64;

    private static readonly string[] Names =
    [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <returns>The number of the signal; null for text that names no signal.</returns>
    public static int? Parse(string? text)
    {
        var name = (text ?? "").ToUpperInvariant();
        name = name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number is > 0 and <= RealTimeMax ? number : null;
        }

        if (name.StartsWith("RTMIN", StringComparison.Ordinal))
        {
            return name.Length == 5 ? RealTimeMin : int.TryParse(name[5..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var above) ? RealTimeMin + above : null;
        }

        if (name.StartsWith("RTMAX", StringComparison.Ordinal))
        {
            return name.Length == 5 ? RealTimeMax : int.TryParse(name[5..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var below) ? RealTimeMax + below : null;
        }

        var index = Array.IndexOf(Names, name);
        return index < 0 ? null : index + 1;
    }
}
