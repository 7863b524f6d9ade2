using System.Globalization;

namespace Gorb.Health.Monitoring;

/// <summary>The limit of concurrent checks, derived from the process's limit of open files.</summary>
/// <param name="Files">The limit of open files.</param>
internal sealed record CheckBound(long Files)
{
    /// <summary>The upper limit: one core cannot start more checks within a timeout.</summary>
    private const int Max = 16_384;

    /// <summary>Descriptors reserved for the API's connections, the state file and netlink sockets.</summary>
    private const int Reserve = 256;

    private const string LimitName = "Max open files";

    /// <summary>The limit of concurrent checks. A quarter of the descriptors is reserved, because a program takes more than one.</summary>
    public int Checks => (int)Math.Clamp((Files - Reserve) * 3 / 4, 16, Max);

    /// <summary>The limit for this process. The runtime has raised the soft limit to the hard limit at its start.</summary>
    public static CheckBound OfThisProcess()
    {
        var line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith(LimitName, StringComparison.Ordinal));
        var soft = line[LimitName.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return new CheckBound(long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var files) ? files : long.MaxValue / 4); // "unlimited"
    }
}
