using System.Net;
using Gorb.Targets.Host;

namespace Gorb.Cli;

/// <summary>The daemon's options, as the command line gives them.</summary>
internal sealed record DaemonOptions
{
    /// <summary>Where the API listens; the wildcard address means every address of the host.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.IPv6Any, ListenAddress.DefaultPort);

    /// <summary>Names of this host, beside loopback names and its addresses, by which browsers may use the API.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>How many connections the API may have at a time; null for what the limit of open files allows.</summary>
    public int? MaxConnections { get; init; }

    /// <summary>The device whose first address a service gets when its body names no host.</summary>
    public string Device { get; init; } = "eth0";

    /// <summary>Empty the kernel's table at start.</summary>
    public bool Flush { get; init; }

    /// <summary>The file in which the wanted table outlives the daemon, or "none".</summary>
    public string State { get; init; } = "/var/lib/gorb/gorb.db";

    /// <summary>The file that the source "file" declares, or null for none.</summary>
    public string? Config { get; init; }

    /// <summary>How often the kernel's table is compared with the wanted one; zero for never.</summary>
    public TimeSpan Resync { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What to do with the kernel's settings for clients of backends that are gone.</summary>
    public SysctlMode Sysctls { get; init; }

    /// <summary>Allow health checks that run programs of this machine.</summary>
    public bool AllowExec { get; init; }

    /// <summary>Route the containers of the Docker engine.</summary>
    public bool Docker { get; init; }

    /// <summary>How to log.</summary>
    public LogOptions Log { get; init; } = new(Verbose: false, Json: false);
}
