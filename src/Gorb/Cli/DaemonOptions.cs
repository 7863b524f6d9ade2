using System.Net;
using Gorb.Certificates;
using Gorb.Cluster;
using Gorb.Leases;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Platform;
using Gorb.Sources.Docker;
using Gorb.Targets.Host;
using Gorb.Targets.Host.Sync;

namespace Gorb.Cli;

/// <summary>The daemon's options, as parsed from the command line.</summary>
internal sealed record DaemonOptions
{
    /// <summary>Where the API listens: addresses with ports, of which the wildcard address stands for every address of the host, and Unix sockets.</summary>
    public IReadOnlyList<EndPoint> Listen { get; init; } = [new IPEndPoint(IPAddress.Loopback, ListenAddress.DefaultPort)];

    /// <summary>Whether the user named the listeners; of default ones, those that the host cannot have are left out.</summary>
    public bool IsListenGiven { get; init; } = true;

    /// <summary>Where metrics and health are served without a token, and nothing else.</summary>
    public IReadOnlyList<EndPoint> MetricsListen { get; init; } = [];

    /// <summary>Listening sockets that a service manager has opened.</summary>
    public IReadOnlyList<PassedSocket> PassedSockets { get; init; } = [];

    /// <summary>The socket of the service manager to tell of the start and the stop; null without one.</summary>
    public string? NotifySocket { get; init; }

    /// <summary>Names of this host by which browsers may use the API, in addition to loopback names, the host's own name and its addresses.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>The file with the token that is an admin from the first start on; null for none.</summary>
    public string? TokenFile { get; init; }

    /// <summary>The token of the environment, which is an admin where there is no file; null for none.</summary>
    public string? FirstToken { get; init; }

    /// <summary>The issuer whose tokens are accepted, too; null for none.</summary>
    public OidcOptions? Oidc { get; init; }

    /// <summary>The files of the https listeners; null when there is none.</summary>
    public TlsFiles? Tls { get; init; }

    /// <summary>Whether requests without a token over loopback are refused, too.</summary>
    public bool IsTokenRequired { get; init; }

    /// <summary>Whether requests without a token from other hosts may do everything.</summary>
    public bool Insecure { get; init; }

    /// <summary>The maximum number of concurrent API connections; null derives it from the limit of open files.</summary>
    public int? MaxConnections { get; init; }

    /// <summary>How much the clients of the API may make together.</summary>
    public Limits Limits { get; init; } = new();

    /// <summary>The user that a daemon started by root becomes; null to stay.</summary>
    public string? User { get; init; }

    /// <summary>The device whose first address a service gets when its body names no host.</summary>
    public string Device { get; init; } = "eth0";

    /// <summary>The device to which the addresses of services are added; null adds none.</summary>
    public string? VipInterface { get; init; }

    /// <summary>Where connections are synchronized with other directors.</summary>
    public SyncOptions Sync { get; init; } = SyncOptions.Off;

    /// <summary>The cluster whose table this director has; null for a table of its own.</summary>
    public ClusterOptions? Cluster { get; init; }

    /// <summary>How this director holds addresses of a cluster; null without a cluster.</summary>
    public LeaseOptions? Leases { get; init; }

    /// <summary>Whether to empty the kernel's IPVS table at start.</summary>
    public bool Flush { get; init; }

    /// <summary>The state file, which keeps the wanted table across restarts, or "none".</summary>
    public string State { get; init; } = "/var/lib/gorb/gorb.db";

    /// <summary>The file in which each change is recorded, or null for none.</summary>
    public string? Audit { get; init; }

    /// <summary>The configuration file that the source "file" declares, or null for none.</summary>
    public string? Config { get; init; }

    /// <summary>The interval at which the kernel's table is compared with the wanted one; zero for never.</summary>
    public TimeSpan Resync { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What to do about kernel settings that the table needs.</summary>
    public SysctlMode Sysctls { get; init; }

    /// <summary>Whether health checks of type exec, which run programs on this host, are allowed.</summary>
    public bool AllowExec { get; init; }

    /// <summary>The folder below which programs of exec checks must be; it allows such checks. Null for no such limit.</summary>
    public string? ExecDirectory { get; init; }

    /// <summary>The only networks to which health checks may go; none for every network but those of <see cref="DenyCheck"/> and the built-in ones.</summary>
    public IReadOnlyList<IPNetwork> AllowCheck { get; init; } = [];

    /// <summary>Networks to which health checks may not go.</summary>
    public IReadOnlyList<IPNetwork> DenyCheck { get; init; } = [];

    /// <summary>The firewall marks of checks by path.</summary>
    public MarkRange PathMarks { get; init; } = MarkRange.Default;

    /// <summary>What the labels of containers may do, if the daemon also runs the Docker link; null when it does not.</summary>
    public LabelRules? Docker { get; init; }

    /// <summary>The logging options.</summary>
    public LogOptions Log { get; init; } = new(Verbose: false, Json: false);
}
