using System.Globalization;

namespace Gorb.Health.Monitoring;

/// <summary>How many checks may run at a time, which follows from how many files this process may open.</summary>
/// <param name="Files">The limit of open files.</param>
internal sealed record CheckBound(long Files)
{
    /// <summary>More at a time would be more than any one core can start within a timeout.</summary>
    private const int Most = 16_384;

    /// <summary>What the API's connections, the state file and the kernel's socket may need.</summary>
    private const int Reserve = 256;

    private const string LimitName = "Max open files";

    /// <summary>Checks at a time; a program takes more than one file, so a quarter is kept for those.</summary>
    public int Checks => (int)Math.Clamp((Files - Reserve) * 3 / 4, 16, Most);

    /// <summary>The bound of this process. The runtime has raised the soft limit to the hard one when it started.</summary>
    public static CheckBound OfThisProcess()
    {
        var line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith(LimitName, StringComparison.Ordinal));
        var soft = line[LimitName.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return new CheckBound(long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var files) ? files : long.MaxValue / 4); // "unlimited"
    }
}
