using System.Net;

namespace Gorb.Cli;

/// <summary>The daemon's options, as the command line gives them.</summary>
internal sealed record DaemonOptions
{
    /// <summary>Where the API listens; the wildcard address means every address of the host.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.IPv6Any, ListenAddress.DefaultPort);

    /// <summary>The device whose first address a service gets when its body names no host.</summary>
    public string Device { get; init; } = "eth0";

    /// <summary>Empty the kernel's table at start.</summary>
    public bool Flush { get; init; }

    /// <summary>The file in which the wanted table outlives the daemon, or "none".</summary>
    public string State { get; init; } = "/var/lib/gorb/gorb.db";

    /// <summary>The file that is the wanted table, or null for none.</summary>
    public string? Config { get; init; }

    /// <summary>How often the kernel's table is compared with the wanted one; zero for never.</summary>
    public TimeSpan Resync { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Log what the daemon does in detail.</summary>
    public bool Verbose { get; init; }

    /// <summary>One JSON object a line instead of text for people.</summary>
    public bool LogJson { get; init; }
}
