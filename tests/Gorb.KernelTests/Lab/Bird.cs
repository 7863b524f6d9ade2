using System.Globalization;

namespace Gorb.KernelTests.Lab;

/// <summary>BIRD on the director, with the configuration that the project ships, and a router (rt, 10.9.0.254) whose BIRD puts what it hears into the kernel's routes.</summary>
internal sealed class Bird : IAsyncDisposable
{
    private const string Router = "rt";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bird-");
    private readonly LoggedProcess _director;
    private readonly LoggedProcess _router;

    public Bird()
    {
        Shell.Run("ip", "netns", "add", Router);
        Shell.Run("ip", "link", "add", "vrt", "address", "fe:ff:ff:ff:ff:54", "type", "veth", "peer", "name", "eth0", "netns", Router);
        Shell.Run("ip", "link", "set", "vrt", "master", "br0", "up");
        Shell.Run("ip", "-n", Router, "link", "set", "lo", "up");
        Shell.Run("ip", "-n", Router, "addr", "add", "10.9.0.254/24", "dev", "eth0");
        Shell.Run("ip", "-n", Router, "addr", "add", "fd00:9::fe/64", "dev", "eth0", "nodad");
        Shell.Run("ip", "-n", Router, "link", "set", "eth0", "up");
        const string soon = "connect delay time 1;"; // instead of 5 s
        var shipped = File.ReadAllText(Repository.Path("docker/bgp/bird.conf")).Replace("neighbor 10.9.0.254 as 65000;", $"neighbor 10.9.0.254 as 65000; {soon}", StringComparison.Ordinal);
        Directory.CreateDirectory("/run/bird");
        _director = Start([], "director", shipped, "/run/bird/bird.ctl"); // where the doctor looks
        _router = Start(["ip", "netns", "exec", Router], "router", $$"""
            router id 10.9.0.254;
            protocol device { }
            protocol kernel { ipv4 { export all; }; }
            protocol kernel { ipv6 { export all; }; }
            protocol bgp director { local as 65000; neighbor 10.9.0.1 as 65001; {{soon}} ipv4 { import all; export none; }; ipv6 { import all; export none; }; }
            """, Path.Combine(_directory.FullName, "router.ctl"));
    }

    /// <summary>Whether the router has a route to an address.</summary>
    public static bool HasRoute(string address) =>
        Shell.Run("ip", ["-n", Router, .. address.Contains(':', StringComparison.Ordinal) ? (string[])["-6"] : [], "route", "show", address]).Contains(address, StringComparison.Ordinal);

    /// <summary>Ends the router's BIRD, and the session with it.</summary>
    public Task EndSessionAsync() => _router.TerminateAsync();

    public string Log => $"{_director.Log}\n{_router.Log}";

    public async ValueTask DisposeAsync()
    {
        await _director.DisposeAsync();
        await _router.DisposeAsync();
        Shell.Run("ip", "netns", "delete", Router);
        _directory.Delete(recursive: true);
        Directory.Delete("/run/bird", recursive: true);
    }

    private LoggedProcess Start(string[] wrapper, string name, string config, string socket)
    {
        var path = Path.Combine(_directory.FullName, string.Create(CultureInfo.InvariantCulture, $"{name}.conf"));
        File.WriteAllText(path, config);
        string[] command = [.. wrapper, Unpacked.Find("bird2", "/usr/sbin/bird"), "-f", "-c", path, "-s", socket];
        return new LoggedProcess(command[0], command[1..]);
    }
}
