using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Model.Text;
using Gorb.Targets.Host;
using Gorb.Targets.Host.Addresses;

namespace Gorb.Cli;

/// <summary>The command-line options of the daemon: names, help and defaults. GORB's one-letter options are kept, so that this daemon is a drop-in replacement.</summary>
internal sealed class DaemonArguments
{
    private const string Never = "none";
    private const string MetricsListenVariable = "GORB_METRICS_LISTEN";
    private const string UserVariable = "GORB_USER";
    private const string ExecDirectoryVariable = "GORB_EXEC_DIR";

    /// <summary>The environment variable for names of this host.</summary>
    private const string AllowedHosts = "GORB_ALLOW_HOST";

    private static readonly DaemonOptions Default = new();

    public DaemonArguments()
    {
        Resync.Validators.Add(CheckResync);
        PathMarks.Validators.Add(CheckPathMarks);
        MaxConnections.Validators.Add(CheckConnections);
        Sysctls.AcceptOnlyFromAmong("apply", "check", "off");
        VipInterface.Validators.Add(CheckDevice);
    }

    public Option<EndPoint[]> Listen { get; } = new("--listen", "-l")
    {
        Description = "Where the REST API listens: \"127.0.0.1:4672\", \"unix:/run/gorb/gorb.sock\", \"https://10.9.0.1:4673\", or \":4672\" (every address, which needs tokens or --insecure); may be given several times. "
            + $"The environment's {ListenAddress.Variable} is the default, with commas between several.",
        HelpName = "ADDRESS",
        CustomParser = static result => ListenValues.Parse(result, result.Tokens.Select(static token => token.Value), "--listen"),
        DefaultValueFactory = static result => ListenValues.Parse(result, ListenAddress.Defaults, ListenAddress.Variable)!,
    };

    public Option<EndPoint[]> MetricsListen { get; } = new("--metrics-listen")
    {
        Description = "Where /metrics, /healthz and /readyz are served without a token, and nothing else, as \":9672\" for every address; may be given several times. "
            + $"The environment's {MetricsListenVariable} is the default, with commas between several.",
        HelpName = "ADDRESS",
        CustomParser = static result => ListenValues.ParseMetrics(result, result.Tokens.Select(static token => token.Value), "--metrics-listen"),
        DefaultValueFactory = static result =>
            ListenValues.ParseMetrics(result, (Environment.GetEnvironmentVariable(MetricsListenVariable) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), MetricsListenVariable)!,
    };

    public Option<string[]> HostNames { get; } = new("--allow-host", "--host-name")
    {
        Description = "A name of this host by which browsers, and clients on loopback, may use the API, beside localhost, the host's name and its addresses; may be given several times. "
            + $"The environment's {AllowedHosts} is the default, with commas between several.",
        HelpName = "NAME",
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable(AllowedHosts) is { Length: > 0 } names ? names.Split(',', StringSplitOptions.TrimEntries) : [],
    };

    public Option<string?> TokenFile { get; } = new("--token-file")
    {
        Description = $"File with a token of the role admin, readable by the daemon's user alone. The environment's {ServerToken.FileVariable} is the default; without a file, {ServerToken.FirstVariable} may hold the token itself.",
        HelpName = "PATH",
        DefaultValueFactory = static _ => ServerToken.DefaultFile,
    };

    public Option<bool> RequireToken { get; } = new("--require-token")
    {
        Description = "Ask root, the daemon's user and the group gorb for a token, too, on loopback addresses; the Unix socket asks for none.",
    };

    public OidcArguments Oidc { get; } = new();

    public Option<bool> Insecure { get; } = new("--insecure")
    {
        Description = "Let every client that reaches the API do everything without a token, as GORB does.",
    };

    public Option<int?> MaxConnections { get; } = new("--max-connections")
    {
        Description = "How many connections the API may have at a time. The default follows from the limit of open files (ulimit -n); 4096 at most.",
        HelpName = "NUMBER",
    };

    public Option<Limits> Limits { get; } = LimitOption.Create();

    public Option<string?> User { get; } = new("--user")
    {
        Description = "User to run as, if root starts the daemon: it keeps the capabilities NET_ADMIN, NET_RAW and NET_BIND_SERVICE, as far as it has them, and gives up all others for good. "
            + $"The environment's {UserVariable} is the default.",
        HelpName = "NAME",
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable(UserVariable) is { Length: > 0 } name ? name : null,
    };

    public Option<string> Device { get; } = new("--device", "-i")
    {
        Description = "Network device whose first address a service gets when its body names no host.",
        HelpName = "DEVICE",
        DefaultValueFactory = static _ => Default.Device,
    };

    public Option<string?> VipInterface { get; } = new("--vip-interface", "-vipi")
    {
        Description = $"Network device to which the addresses of services are added, unless this host has them already; \"{VipOptions.Dummy}\" is created for them. "
            + "An address that Gorb added is removed with its last service.",
        HelpName = "DEVICE",
    };

    public SyncArguments Sync { get; } = new();

    public ClusterArguments Cluster { get; } = new();

    public Option<string> State { get; } = new("--state")
    {
        Description = "File in which services and backends outlive the daemon; \"none\" keeps nothing.",
        HelpName = "PATH",
        DefaultValueFactory = static _ => Default.State,
    };

    public Option<string?> Audit { get; } = new("--audit")
    {
        Description = "File to which a line of JSON is appended for each change, before it is answered: who, from where, what, before and after. SIGHUP opens it anew. The environment's GORB_AUDIT is the default.",
        HelpName = "PATH",
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable("GORB_AUDIT") is { Length: > 0 } path ? path : null,
    };

    public Option<string?> Config { get; } = new("--config")
    {
        Description = "File (YAML or JSON, as PUT /config takes it) that the source \"file\" declares, in a cluster \"file/DIRECTOR\"; read again when it changes and at SIGHUP.",
        HelpName = "PATH",
    };

    public Option<bool> Flush { get; } = new("--flush", "-f") { Description = "Empty the kernel's IPVS table at start, including entries that Gorb did not make." };

    public Option<string> Resync { get; } = new("--resync")
    {
        Description = "How often, from 1s to 24h, to compare the kernel's table with the wanted one and to repair differences; \"none\" for never. SIGHUP does it at once.",
        HelpName = "TIME",
        DefaultValueFactory = static _ => Duration.Format(Default.Resync),
    };

    public Option<string?> Sysctls { get; } = new("--sysctl")
    {
        Description = "Kernel settings that the services need: \"apply\" sets them, \"check\" logs those that are missing with the command that sets them, \"off\" does neither. "
            + "Without this option it is \"check\", but net.ipv4.vs.expire_nodest_conn and expire_quiescent_template, which move the clients of a backend that is gone, conntrack, which masquerade needs, and those of --sync-interface are set.",
        HelpName = "apply|check|off",
    };

    public Option<bool> AllowExec { get; } = new("--allow-exec")
    {
        Description = "Allow health checks of type exec: every client with the role admin can then run every program of this machine as the daemon's user; with --exec-dir, those below that folder.",
    };

    public Option<string?> ExecDirectory { get; } = new("--exec-dir")
    {
        Description = "Folder below which the programs of health checks of type exec must be. It allows such checks, also without --allow-exec, and may not be writable by other users. "
            + $"The environment's {ExecDirectoryVariable} is the default.",
        HelpName = "DIR",
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable(ExecDirectoryVariable) is { Length: > 0 } folder ? folder : null,
    };

    public Option<IPNetwork[]> AllowCheck { get; } = CheckNetworkOption.Create(
        "--allow-check", "GORB_ALLOW_CHECK", "Network to which health checks may go; may be given several times. With it checks go to no other.");

    public Option<IPNetwork[]> DenyCheck { get; } = CheckNetworkOption.Create(
        "--deny-check", "GORB_DENY_CHECK",
        "Network to which health checks may not go; may be given several times. Without options these are 169.254.169.254, fd00:ec2::254 and, unless the backend is there, loopback. "
        + "Of several networks that hold an address the smallest decides.");

    public Option<string> PathMarks { get; } = new("--path-marks")
    {
        Description = $"The first of {MarkRange.Size} firewall marks that checks by path (pulse.via: path) use; services cannot have them. Give each Gorb on a kernel its own.",
        HelpName = "MARK",
        DefaultValueFactory = static _ => $"0x{Default.PathMarks.First:x}",
    };

    public DockerArguments Docker { get; } = new();

    public TlsArguments Tls { get; } = new();

    public LogArguments Log { get; } = new();

    /// <summary>All options, in the order of the help.</summary>
    public IEnumerable<Option> All => [Listen, .. Tls.All, MetricsListen, HostNames, TokenFile, RequireToken, .. Oidc.All, Insecure, MaxConnections, Limits, User, Device, VipInterface, Sync.Interface, Sync.Id, .. Cluster.All, State, Audit, Config, Flush, Resync, Sysctls, AllowExec, ExecDirectory, AllowCheck, DenyCheck, PathMarks, .. Docker.All, Log.Verbose, Log.Format];

    public DaemonOptions Read(ParseResult result) => new()
    {
        Listen = result.GetValue(Listen)!,
        IsListenGiven = result.GetResult(Listen) is { Implicit: false } || ListenAddress.IsInEnvironment,
        Tls = Tls.Read(result),
        MetricsListen = result.GetValue(MetricsListen)!,
        HostNames = result.GetValue(HostNames)!,
        TokenFile = result.GetValue(TokenFile),
        FirstToken = ServerToken.First,
        Oidc = Oidc.Read(result),
        IsTokenRequired = result.GetValue(RequireToken),
        Insecure = result.GetValue(Insecure),
        MaxConnections = result.GetValue(MaxConnections),
        Limits = result.GetValue(Limits)!,
        User = result.GetValue(User),
        Device = result.GetValue(Device)!,
        VipInterface = result.GetValue(VipInterface),
        Sync = Sync.Read(result),
        Cluster = Cluster.Read(result),
        Leases = Cluster.ReadLeases(result),
        State = result.GetValue(State)!,
        Audit = result.GetValue(Audit),
        Config = result.GetValue(Config),
        Flush = result.GetValue(Flush),
        Resync = Duration.TryParse(result.GetValue(Resync), out var period) ? period : TimeSpan.Zero,
        Sysctls = result.GetValue(Sysctls) switch { "apply" => SysctlMode.Apply, "check" => SysctlMode.Check, "off" => SysctlMode.Off, _ => SysctlMode.Default },
        AllowExec = result.GetValue(AllowExec),
        ExecDirectory = result.GetValue(ExecDirectory),
        AllowCheck = result.GetValue(AllowCheck)!,
        DenyCheck = result.GetValue(DenyCheck)!,
        PathMarks = ParseMark(result.GetValue(PathMarks)) is { } first ? new MarkRange(first) : MarkRange.Default,
        Docker = Docker.Read(result),
        Log = Log.Read(result),
    };

    /// <summary>Reports options that do not fit each other.</summary>
    public void Check(CommandResult result)
    {
        Tls.Check(result, result.GetResult(Listen) is null ? (EndPoint[]?)Listen.GetDefaultValue() : result.GetValue(Listen));
        Oidc.Check(result);
        Docker.Check(result);
        Sync.Check(result);
        Cluster.Check(result, result.GetValue(VipInterface));
    }

    private void CheckResync(OptionResult result)
    {
        var text = result.GetValue(Resync);
        if (text != Never && (!Duration.TryParse(text, out var period) || period < TimeSpan.FromSeconds(1) || period > TimeSpan.FromDays(1)))
        {
            result.AddError($"--resync '{text}' is not a time from 1s to 24h; write \"30s\" or \"5m\", or \"none\" for never.");
        }
    }

    private void CheckPathMarks(OptionResult result)
    {
        if (ParseMark(result.GetValue(PathMarks)) is null)
        {
            result.AddError($"--path-marks '{result.GetValue(PathMarks)}' is not a firewall mark from 1 to 0x{MarkRange.MaxFirst:x}; write 0x47420000 or 1195507712.");
        }
    }

    /// <summary>Parses the first mark of a range; null if it is not one.</summary>
    private static uint? ParseMark(string? text)
    {
        var isHex = text?.StartsWith("0x", StringComparison.OrdinalIgnoreCase) == true;
        var digits = isHex ? text.AsSpan(2) : text;
        return uint.TryParse(digits, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var mark) && mark is > 0 and <= MarkRange.MaxFirst ? mark : null;
    }

    private void CheckDevice(OptionResult result)
    {
        if (result.GetValue(VipInterface) is { } name && !VipOptions.IsName(name))
        {
            result.AddError($"--vip-interface '{name}' is not a device name: 1 to 15 characters without spaces, '/' and ':', such as eth0 or {VipOptions.Dummy}.");
        }
    }

    private static void CheckConnections(OptionResult result)
    {
        if (result.Tokens is [var token] && (!int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 1_000_000))
        {
            result.AddError($"--max-connections '{token.Value}' is not a number from 1 to 1000000.");
        }
    }
}
