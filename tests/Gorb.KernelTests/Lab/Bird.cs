using System.Globalization;
using System.Net;

namespace Gorb.KernelTests.Lab;

/// <summary>BIRD on directors, with the configuration that the project ships, and a router (rt, 10.9.0.254) whose BIRD puts what it hears into the kernel's routes.</summary>
internal sealed class Bird : IAsyncDisposable
{
    private const string Router = "rt", Soon = "connect delay time 1;"; // instead of 5 s

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bird-");
    private readonly List<LoggedProcess> _directors = [];
    private readonly LoggedProcess _router;

    /// <summary>Starts BIRD on the director of the lab, where the doctor finds its socket.</summary>
    public Bird()
        : this((null, "10.9.0.1"))
    {
    }

    /// <param name="directors">The directors, with the namespaces that are their hosts; null for that of the tests.</param>
    public Bird(params IReadOnlyList<(string? Host, string Address)> directors)
    {
        Shell.Run("ip", "netns", "add", Router);
        Shell.Run("ip", "link", "add", "vrt", "address", "fe:ff:ff:ff:ff:54", "type", "veth", "peer", "name", "eth0", "netns", Router);
        Shell.Run("ip", "link", "set", "vrt", "master", "br0", "up");
        Shell.Run("ip", "-n", Router, "link", "set", "lo", "up");
        Shell.Run("ip", "-n", Router, "addr", "add", "10.9.0.254/24", "dev", "eth0");
        Shell.Run("ip", "-n", Router, "addr", "add", "fd00:9::fe/64", "dev", "eth0", "nodad");
        Shell.Run("ip", "-n", Router, "link", "set", "eth0", "up");
        Shell.Run("ip", "netns", "exec", Router, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.send_redirects=0", "net.ipv4.conf.eth0.send_redirects=0");
        Directory.CreateDirectory("/run/bird");
        _directors.AddRange(directors.Select(director => Start(
            director.Host, director.Host ?? "director", Shipped(director.Address), director.Host is null ? "/run/bird/bird.ctl" : Path.Combine(_directory.FullName, $"{director.Host}.ctl"))));
        var neighbors = directors.Select(static (director, index) => string.Create(CultureInfo.InvariantCulture,
            $"protocol bgp director{index} {{ local as 65000; neighbor {director.Address} as 65001; {Soon} ipv4 {{ import all; export none; }}; ipv6 {{ import all; export none; }}; }}"));
        _router = Start(Router, "router", $$"""
            router id 10.9.0.254;
            protocol device { }
            protocol kernel { ipv4 { export all; }; }
            protocol kernel { ipv6 { export all; }; }
            {{string.Join('\n', neighbors)}}
            """, Path.Combine(_directory.FullName, "router.ctl"));
    }

    /// <summary>Whether the router has a route to an address.</summary>
    public static bool HasRoute(string address) =>
        Shell.Run("ip", ["-n", Router, .. address.Contains(':', StringComparison.Ordinal) ? (string[])["-6"] : [], "route", "show", address]).Contains(address, StringComparison.Ordinal);

    /// <summary>The director to which the router sends packets for an IPv4 address; null for none.</summary>
    public static string? FindNextHop(IPAddress address) => Shell.Run("ip", "-n", Router, "route", "show", $"{address}").Split(' ') is [_, "via", var director, ..] ? director : null;

    /// <summary>Ends the router's BIRD, and the session with it.</summary>
    public Task EndSessionAsync() => _router.TerminateAsync();

    public string Log => string.Join('\n', _directors.Append(_router).Select(static bird => bird.Log));

    public async ValueTask DisposeAsync()
    {
        foreach (var director in _directors)
        {
            await director.DisposeAsync();
        }

        await _router.DisposeAsync();
        NetworkNamespace.Delete(Router, "vrt");
        _directory.Delete(recursive: true);
        Directory.Delete("/run/bird", recursive: true);
    }

    private static string Shipped(string address) => File.ReadAllText(Repository.Path("docker/bgp/bird.conf"))
        .Replace("router id 10.9.0.1;", $"router id {address};", StringComparison.Ordinal)
        .Replace("neighbor 10.9.0.254 as 65000;", $"neighbor 10.9.0.254 as 65000; {Soon}", StringComparison.Ordinal);

    private LoggedProcess Start(string? host, string name, string config, string socket)
    {
        var path = Path.Combine(_directory.FullName, string.Create(CultureInfo.InvariantCulture, $"{name}.conf"));
        File.WriteAllText(path, config);
        string[] command = [.. host is null ? (string[])[] : ["ip", "netns", "exec", host], Unpacked.Find("bird2", "/usr/sbin/bird"), "-f", "-c", path, "-s", socket];
        return new LoggedProcess(command[0], command[1..]);
    }
}
