namespace Gorb.KernelTests.Lab;

/// <summary>Three directors, da to dc (10.9.0.31 to 33), each a host with a kernel table of its own, and a member of etcd on each.</summary>
public sealed class ThreeDirectors : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("directors-");
    private readonly DirectoryInfo _data = System.IO.Directory.CreateDirectory(Path.Combine(System.IO.Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"etcd-{Guid.NewGuid():n}")); // in memory, where flushes cost nothing
    private readonly Dictionary<string, LoggedProcess> _members = [];

    /// <summary>The directors.</summary>
    public static readonly IReadOnlyList<string> Names = ["da", "db", "dc"];

    /// <summary>The IPv4 address of a director's host, on which its member of etcd listens, too.</summary>
    public static string Address(string name) => $"10.9.0.{31 + name[1] - 'a'}";

    /// <summary>What --cluster is at each of them.</summary>
    public static string Cluster => $"etcd://{string.Join(',', Names.Select(Address))}/lb";

    /// <summary>How long a member waits for a sign of the leader, in milliseconds. A busy machine needs long; eng/chaos sets etcd's own default.</summary>
    private static string Election => Environment.GetEnvironmentVariable("GORB_CHAOS_ELECTION") is { Length: > 0 } set ? set : "2000";

    /// <summary>The state file of a director.</summary>
    public string State(string name) => Path.Combine(_directory.FullName, name, "gorb.db");

    /// <summary>The kernel's table of a director.</summary>
    public static string Table(string name) => Shell.Run("ip", "netns", "exec", name, "ipvsadm", "-Sn");

    /// <summary>Stops or continues members, so that those that are left are no majority, or are again.</summary>
    public void SignalMajority(string signal)
    {
        foreach (var name in Names.Skip(1))
        {
            SignalMember(name, signal);
        }
    }

    /// <summary>Sends a signal to the member of etcd on a host.</summary>
    public void SignalMember(string name, string signal) => _members[name].Signal(signal);

    /// <summary>Kills the member of etcd on a host, which keeps its data.</summary>
    public Task KillMemberAsync(string name) => _members[name].KillAsync();

    /// <summary>Starts a member of etcd that was killed.</summary>
    public async Task RestartMemberAsync(string name)
    {
        await _members[name].DisposeAsync();
        StartMember(name);
    }

    /// <summary>The output of the members.</summary>
    public string Log => string.Join('\n', _members.Values.Select(static member => member.Log));

    public ValueTask InitializeAsync()
    {
        Shell.Run("modprobe", "ip_vs");
        foreach (var name in Names)
        {
            Shell.Run("ip", "netns", "add", name);
            Shell.Run("ip", "link", "add", $"v{name}", "type", "veth", "peer", "name", "eth0", "netns", name);
            Shell.Run("ip", "link", "set", $"v{name}", "master", "br0", "up");
            Shell.Run("ip", "-n", name, "link", "set", "lo", "up");
            Shell.Run("ip", "-n", name, "link", "set", "eth0", "up");
            Shell.Run("tc", "-n", name, "qdisc", "add", "dev", "eth0", "clsact"); // for Cuts
            Shell.Run("tc", "-n", name, "qdisc", "add", "dev", "lo", "clsact");
            Shell.Run("ip", "-n", name, "addr", "add", $"{Address(name)}/24", "dev", "eth0");
        }

        foreach (var name in Names)
        {
            StartMember(name);
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members.Values)
        {
            await member.KillAsync();
            await member.DisposeAsync();
        }

        foreach (var name in Names)
        {
            Shell.Succeeds(["ip", "link", "delete", $"v{name}"]); // see NetworkNamespace.Delete; one that could not be set up lacks some
            Shell.Succeeds(["ip", "netns", "delete", name]);
        }

        _directory.Delete(recursive: true);
        _data.Delete(recursive: true);
    }

    private void StartMember(string name)
    {
        var peers = string.Join(',', Names.Select(static name => $"{name}=http://{Address(name)}:2380"));
        var (client, peer) = ($"http://{Address(name)}:2379", $"http://{Address(name)}:2380");
        _members[name] = new LoggedProcess(
            "ip", "netns", "exec", name, Unpacked.Find("etcd-server", "/usr/bin/etcd"), "--name", name, "--data-dir", Path.Combine(_data.FullName, name), "--logger", "zap", "--log-level", "fatal",
            "--heartbeat-interval", "100", "--election-timeout", Election, "--listen-client-urls", client, "--advertise-client-urls", client,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", peers);
    }
}
