using Gorb.Health.Monitoring;

namespace Gorb.Web;

/// <summary>How many connections the API may have at a time, which follows from how many files this process may open.</summary>
/// <param name="Files">The limit of open files.</param>
/// <param name="Open">How many are open when the daemon starts.</param>
/// <param name="Wanted">What the command line says; null for the default.</param>
internal sealed record ConnectionBound(long Files, int Open, int? Wanted)
{
    /// <summary>The default where files are plenty: an idle connection keeps some 10 KB.</summary>
    private const int Default = 4096;

    /// <summary>What is kept for the state file, the kernel's sockets, name servers and connections that are just ending.</summary>
    public const int Reserve = 16;

    /// <summary>Fewest connections at a time that are of use.</summary>
    public const int Min = 4;

    /// <summary>Connections at a time.</summary>
    public int Connections => Wanted ?? (int)Math.Clamp(Files - Open - new CheckBound(Files).Checks - Reserve, Min, Default);

    /// <summary>The bound of this process.</summary>
    public static ConnectionBound OfThisProcess(int? wanted) =>
        new(CheckBound.OfThisProcess().Files, Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(), wanted);
}
