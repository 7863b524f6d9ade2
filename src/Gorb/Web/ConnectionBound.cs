using Gorb.Health.Monitoring;

namespace Gorb.Web;

/// <summary>The limit of concurrent API connections, derived from the process's limit of open files.</summary>
/// <param name="Files">The limit of open files.</param>
/// <param name="Open">The number of files that are open at start.</param>
/// <param name="Wanted">The limit on the command line; null for the default.</param>
/// <param name="WantedPerAddress">The limit for one other host on the command line; null for the default.</param>
internal sealed record ConnectionBound(long Files, int Open, int? Wanted, int? WantedPerAddress = null)
{
    /// <summary>The default when files are plentiful: an idle connection takes about 10 KB.</summary>
    private const int Default = 4096;

    /// <summary>Descriptors reserved for the state file, netlink sockets, name servers and connections that are closing.</summary>
    public const int Reserve = 16;

    /// <summary>The lowest useful limit.</summary>
    public const int Min = 4;

    /// <summary>The limit of concurrent connections.</summary>
    public int Connections => Wanted ?? (int)Math.Clamp(Files - Open - new CheckBound(Files).Checks - Reserve, Min, Default);

    /// <summary>The limit of concurrent connections of one other host, so that no host takes them all.</summary>
    public int PerAddress => WantedPerAddress ?? Math.Max(Min, Connections / 4);

    /// <summary>The limit for this process.</summary>
    public static ConnectionBound OfThisProcess(int? wanted, int? wantedPerAddress) =>
        new(CheckBound.OfThisProcess().Files, Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(), wanted, wantedPerAddress);
}
