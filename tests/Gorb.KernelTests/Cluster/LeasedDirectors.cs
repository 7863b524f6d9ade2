using System.Net;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Cluster;

/// <summary>Three directors that hold addresses by a lease, synchronize their connections, and announce the addresses to a router by BGP.</summary>
internal sealed class LeasedDirectors : IAsyncDisposable
{
    /// <summary>An address on the clients' network with a NAT backend, whose gateway it is, too: both move together.</summary>
    public static readonly IPAddress Nat = IPAddress.Parse("10.9.0.160");

    /// <summary>An address that is reached by way of the router, with a backend that answers directly.</summary>
    public static readonly IPAddress Routed = IPAddress.Parse("10.9.7.160");

    private const string Client = "10.9.0.10", NatBackend = "10.9.0.21", DirectBackend = "10.9.0.22", Device = "gorb0";

    private readonly ThreeDirectors _hosts;
    private readonly SyncNetwork _link = new();
    private readonly Bird _bird = new([.. ThreeDirectors.Names.Select(static name => (name, ThreeDirectors.Address(name)))]);
    private readonly Dictionary<string, GorbProcess> _running = [];

    private LeasedDirectors(ThreeDirectors hosts) => _hosts = hosts;

    private string Log => $"{Routed} by way of {Bird.FindNextHop(Routed)}\n{_bird.Log}\n{string.Join("\n---\n", _running.Values.Select(static director => director.Log))}";

    /// <summary>Starts them, with a service for each address.</summary>
    public static async Task<LeasedDirectors> StartAsync(ThreeDirectors hosts)
    {
        var directors = new LeasedDirectors(hosts);
        Prepare();
        await Task.WhenAll(ThreeDirectors.Names.Select(directors.StartAsync));
        await Eventually.Async(async () => (await directors._running["da"].SendAsync(HttpMethod.Put, "/config", $$"""
            services:
              nat: { host: {{Nat}}, port: 80, backends: { b1: { host: {{NatBackend}}, port: 80, method: nat, pulse: { type: none } } } }
              routed: { host: {{Routed}}, port: 80, backends: { b2: { host: {{DirectBackend}}, port: 80, method: dr, pulse: { type: none } } } }
            """)).StatusCode == HttpStatusCode.OK, () => directors.Log);
        return directors;
    }

    /// <summary>Hands both addresses over to a director, by a drain of the others, and waits until it has them, no other one has any, and the router knows it.</summary>
    public async Task MoveAsync(string name)
    {
        var others = ThreeDirectors.Names.Where(other => other != name).ToList();
        await Task.WhenAll(others.Select(other => DrainAsync(other, "drain")));
        await Eventually.Async(() => Task.FromResult(Holds(name)), () => Log);
        await Task.WhenAll(others.Select(other => DrainAsync(other, "resume")));
    }

    private Task DrainAsync(string name, string verb) => Eventually.Async(async () => (await _running["dc"].SendAsync(HttpMethod.Post, $"/director/{name}/{verb}")).StatusCode == HttpStatusCode.OK, () => Log);

    /// <summary>True when a director has both addresses, no other one has any, and the router knows it.</summary>
    private static bool Holds(string name) =>
        ThreeDirectors.Names.All(host => CountAddresses(host) == (host == name ? 2 : 0)) && Bird.FindNextHop(Routed) == ThreeDirectors.Address(name);

    /// <summary>Kills a director, with all that its kernel knows of services and connections, and waits until another one has its addresses. The third one stays drained.</summary>
    public async Task FailOverAsync(string dead, string next)
    {
        await DrainAsync(ThreeDirectors.Names.Single(name => name != dead && name != next), "drain");
        SyncNetwork.Unplug(dead);
        await _running[dead].KillAsync();
        Shell.Run("ip", "netns", "exec", dead, "ipvsadm", "-C");
        await Eventually.Async(() => Task.FromResult(Holds(next)), () => Log);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var director in _running.Values)
        {
            await director.DisposeAsync();
        }

        Restore();
        await _bird.DisposeAsync();
        _link.Dispose();
    }

    private async Task StartAsync(string name)
    {
        var director = await GorbProcess.StartOnAsync(
            name, "-i", "eth0", "--state", _hosts.State(name), "--cluster", ThreeDirectors.Cluster, "--director", name, "--vip-interface", Device, "--vip-lease", "12",
            "--sync-interface", SyncNetwork.Device, "--sync-id", "9");
        lock (_running)
        {
            _running[name] = director;
        }
    }

    private static int CountAddresses(string host) => Shell.Run("ip", "-n", host, "-o", "-4", "addr", "show")
        .Split('\n').Count(static line => line.Contains($" {Nat}/32", StringComparison.Ordinal) || line.Contains($" {Routed}/32", StringComparison.Ordinal));

    private static void Prepare()
    {
        foreach (var name in ThreeDirectors.Names)
        {
            Shell.Run("ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.eth0.rp_filter=0", "net.ipv4.conf.all.send_redirects=0", "net.ipv4.conf.eth0.send_redirects=0");
        }

        Shell.Run("ip", "-n", "b1", "route", "replace", Client, "via", $"{Nat}", "table", "9", "onlink", "dev", "eth0");
        Shell.Run("ip", "-n", "b2", "addr", "add", $"{Routed}/32", "dev", "lo");
        Shell.Run("ip", "-n", "cl", "route", "replace", $"{Routed}", "via", "10.9.0.254");
    }

    private static void Restore()
    {
        Shell.Run("ip", "-n", "b1", "route", "replace", Client, "via", "10.9.0.1", "table", "9");
        Shell.Run("ip", "-n", "b2", "addr", "del", $"{Routed}/32", "dev", "lo");
        Shell.Run("ip", "-n", "cl", "route", "del", $"{Routed}");
        foreach (var name in ThreeDirectors.Names)
        {
            Shell.Succeeds(["ip", "-n", name, "link", "delete", Device]);
            Shell.Succeeds(["ip", "netns", "exec", name, "ipvsadm", "-C"]);
        }
    }
}
