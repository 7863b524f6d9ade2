using System.CommandLine;
using System.CommandLine.Parsing;
using Gorb.Cluster;
using Gorb.Leases;
using Gorb.Model;

namespace Gorb.Cli;

/// <summary>The daemon's options for a table that several directors share.</summary>
internal sealed class ClusterArguments
{
    /// <summary>The environment variables that are the defaults.</summary>
    public const string AddressVariable = "GORB_CLUSTER", DirectorVariable = "GORB_DIRECTOR";

    public Option<string?> Address { get; } = new("--cluster")
    {
        Description = "Members of etcd and the name of the cluster whose table this director shares with others, as etcd://10.0.0.1,10.0.0.2,10.0.0.3/lb; etcds:// for TLS. "
            + $"The environment's {AddressVariable} is the default.",
        HelpName = "ADDRESS",
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } address ? address : null,
    };

    public Option<bool> Brings { get; } = new("--cluster-init")
    {
        Description = "With --cluster: bring this director's table to a cluster that has none yet.",
    };

    public Option<string?> Director { get; } = new("--director")
    {
        Description = $"With --cluster: name of this director, which no other one has; the host's name unless given. The environment's {DirectorVariable} is the default.",
        HelpName = "NAME",
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable(DirectorVariable) is { Length: > 0 } name ? name : null,
    };

    public Option<string?> Authorities { get; } = Text("--cluster-ca", "FILE", "With etcds://: PEM file with the authority of etcd's certificates, in place of those that this host trusts.");

    public Option<string?> Certificate { get; } = Text("--cluster-cert", "FILE", "With etcds://: PEM file with the client certificate to show etcd.");

    public Option<string?> Key { get; } = Text("--cluster-key", "FILE", "With etcds://: PEM file with the private key of --cluster-cert, which other users may not read.");

    public Option<string?> User { get; } = Text("--cluster-user", "NAME", "With --cluster: user of etcd; needs --cluster-password-file.");

    public Option<string?> PasswordFile { get; } = Text("--cluster-password-file", "FILE", "With --cluster: file with the password of --cluster-user, which other users may not read; read at each login.");

    public Option<int> Priority { get; } = new("--priority")
    {
        Description = $"With --cluster and --vip-interface: of several directors, the one with the highest number ({LeaseOptions.MinPriority} to {LeaseOptions.MaxPriority}, default {LeaseOptions.DefaultPriority}) takes an address that is free. "
            + "An address that is held stays where it is.",
        HelpName = "NUMBER",
        DefaultValueFactory = static _ => LeaseOptions.DefaultPriority,
    };

    public Option<int> Lease { get; } = new("--vip-lease")
    {
        Description = $"With --cluster and --vip-interface: for so many seconds ({LeaseOptions.MinTtl} to {LeaseOptions.MaxTtl}, default {LeaseOptions.DefaultTtl}) the addresses of a director that died are nowhere.",
        HelpName = "SECONDS",
        DefaultValueFactory = static _ => LeaseOptions.DefaultTtl,
    };

    public Option<bool> Leaves { get; } = new("--leave-on-stop")
    {
        Description = "With --cluster and --vip-interface: hand the addresses over at once when the daemon is stopped (SIGTERM). Without it they stay for a restart, until the lease is over.",
    };

    public Option<string?> Peer { get; } = Text("--peer", "ADDRESS[:PORT]",
        $"With --cluster and --vip-interface: address and UDP port (default {PeerAddress.DefaultPort}) at which other directors ask this one while etcd is away: a director keeps its addresses as long as all others answer and agree. "
        + $"The host's address towards etcd unless given; {PeerAddress.None}: addresses are given up while etcd is away.");

    public IReadOnlyList<Option> All => [Address, Brings, Director, Authorities, Certificate, Key, User, PasswordFile, Priority, Lease, Leaves, Peer];

    /// <summary>Reports values that are wrong, and options that do not fit each other.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="device">The value of --vip-interface.</param>
    public void Check(CommandResult result, string? device)
    {
        if (Value(result, Address) is not { } text)
        {
            if (All.Skip(1).FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } useless)
            {
                result.AddError($"{useless.Name} is given without --cluster ADDRESS.");
            }

            return;
        }

        try
        {
            CheckTls(result, ClusterAddress.Parse(text));
        }
        catch (SettingException error)
        {
            result.AddError(error.Message + ".");
        }

        var name = Value(result, Director) ?? Environment.MachineName;
        if (!ClusterOptions.IsName(name))
        {
            result.AddError($"--director '{name}' is not a name: 1 to {ClusterOptions.MaxNameCharacters} letters, digits, '.', '_' and '-'; without the option it is the host's name.");
        }

        if (result.GetValue(User) is null != result.GetValue(PasswordFile) is null)
        {
            result.AddError(result.GetValue(User) is null ? "--cluster-password-file is given without --cluster-user NAME." : "--cluster-user needs --cluster-password-file FILE.");
        }

        if (result.GetValue(Peer) is { } peer && peer != PeerAddress.None && !PeerAddress.TryParse(peer, out _))
        {
            result.AddError($"--peer '{peer}' is not an address of this host; write it as 10.0.0.1, 10.0.0.1:{PeerAddress.DefaultPort} or [fd00::1]:{PeerAddress.DefaultPort}, or {PeerAddress.None}.");
        }

        if (device is null && new Option[] { Priority, Lease, Leaves, Peer }.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } idle)
        {
            result.AddError($"{idle.Name} is given without --vip-interface DEVICE: this director has no addresses to hold.");
        }

        CheckRange(result, Priority, LeaseOptions.MinPriority, LeaseOptions.MaxPriority);
        CheckRange(result, Lease, LeaseOptions.MinTtl, LeaseOptions.MaxTtl);
    }

    /// <summary>The cluster; null without one.</summary>
    public ClusterOptions? Read(ParseResult result) => result.GetValue(Address) is not { } text ? null : new ClusterOptions(ClusterAddress.Parse(text), result.GetValue(Director) ?? Environment.MachineName)
    {
        Brings = result.GetValue(Brings),
        Authorities = result.GetValue(Authorities),
        Certificate = result.GetValue(Certificate),
        Key = result.GetValue(Key),
        User = result.GetValue(User),
        PasswordFile = result.GetValue(PasswordFile),
    };

    /// <summary>How this director holds addresses; null without a cluster.</summary>
    public LeaseOptions? ReadLeases(ParseResult result) => result.GetValue(Address) is null ? null
        : new LeaseOptions(result.GetValue(Director) ?? Environment.MachineName, result.GetValue(Priority), TimeSpan.FromSeconds(result.GetValue(Lease)))
        {
            LeavesOnStop = result.GetValue(Leaves),
            Peer = result.GetValue(Peer) is not { } peer ? PeerAddress.Default : PeerAddress.TryParse(peer, out var address) ? address : null,
        };

    private static void CheckRange(CommandResult result, Option<int> option, int min, int max)
    {
        if (result.GetResult(option) is { Implicit: false } given && given.Tokens is [{ Value: var text }] && int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var value) && (value < min || value > max))
        {
            result.AddError($"{option.Name} {value} is out of range; {min} to {max} are possible.");
        }
    }

    private void CheckTls(CommandResult result, ClusterAddress address)
    {
        if (address.Members[0].Scheme != Uri.UriSchemeHttps && new[] { Authorities, Certificate, Key }.FirstOrDefault(option => result.GetValue(option) is not null) is { } useless)
        {
            result.AddError($"{useless.Name} is for etcd with TLS, and --cluster names one without; write etcds://HOST/{address.Name}.");
        }
        else if (result.GetValue(Key) is not null && result.GetValue(Certificate) is null)
        {
            result.AddError("--cluster-key needs --cluster-cert FILE with the certificate of the key.");
        }
    }

    /// <summary>The value of an option. Defaults are not in the result yet while it is checked.</summary>
    private static string? Value(CommandResult result, Option<string?> option) => result.GetResult(option) is null ? (string?)option.GetDefaultValue() : result.GetValue(option);

    private static Option<string?> Text(string name, string help, string description) => new(name) { Description = description, HelpName = help };
}
