namespace Gorb.KernelTests.Lab;

/// <summary>Three directors, da to dc (10.9.0.31 to 33), each a host with a kernel table of its own, and a member of etcd on each.</summary>
public sealed class ThreeDirectors : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("directors-");
    private readonly DirectoryInfo _data = System.IO.Directory.CreateDirectory(Path.Combine(System.IO.Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"etcd-{Guid.NewGuid():n}")); // in memory, where flushes cost nothing
    private readonly List<LoggedProcess> _members = [];

    /// <summary>The directors.</summary>
    public static readonly IReadOnlyList<string> Names = ["da", "db", "dc"];

    /// <summary>What --cluster is at each of them.</summary>
    public static string Cluster => $"etcd://{string.Join(',', Names.Select(Address))}/lb";

    /// <summary>The state file of a director.</summary>
    public string State(string name) => Path.Combine(_directory.FullName, name, "gorb.db");

    /// <summary>The kernel's table of a director.</summary>
    public static string Table(string name) => Shell.Run("ip", "netns", "exec", name, "ipvsadm", "-Sn");

    /// <summary>Stops or continues members, so that those that are left are no majority, or are again.</summary>
    public void SignalMajority(string signal) => _members.GetRange(1, 2).ForEach(member => member.Signal(signal));

    /// <summary>The output of the members.</summary>
    public string Log => string.Join('\n', _members.Select(static member => member.Log));

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
            Shell.Run("ip", "-n", name, "addr", "add", $"{Address(name)}/24", "dev", "eth0");
        }

        var peers = string.Join(',', Names.Select(static name => $"{name}=http://{Address(name)}:2380"));
        foreach (var name in Names)
        {
            var (client, peer) = ($"http://{Address(name)}:2379", $"http://{Address(name)}:2380");
            _members.Add(new LoggedProcess(
                "ip", "netns", "exec", name, Unpacked.Find("etcd-server", "/usr/bin/etcd"), "--name", name, "--data-dir", Path.Combine(_data.FullName, name), "--logger", "zap", "--log-level", "fatal",
                "--heartbeat-interval", "100", "--election-timeout", "2000", "--listen-client-urls", client, "--advertise-client-urls", client,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", peers));
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
        {
            await member.KillAsync();
            await member.DisposeAsync();
        }

        foreach (var name in Names)
        {
            Shell.Succeeds(["ip", "netns", "delete", name]);
        }

        _directory.Delete(recursive: true);
        _data.Delete(recursive: true);
    }

    private static string Address(string name) => $"10.9.0.{31 + name[1] - 'a'}";
}
