using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Doctor;

/// <summary>A daemon that can balance nothing says at its start what is missing, and the command.</summary>
public sealed class FirstRunTests
{
    private const string Modprobe = "/proc/sys/kernel/modprobe";

    private static readonly string[] Daemon = [Repository.Gorb, "-l", "127.0.0.1:14601", "--state", "none"];

    [Fact]
    public Task WithoutRights() => SeeAsync(["setpriv", "--reuid=65534", "--clear-groups", .. Daemon], "this process lacks the capability NET_ADMIN", "--cap-add NET_ADMIN");

    /// <summary>Its default state file cannot be written either: the start fails, and what is missing is said all the same.</summary>
    [Fact]
    public Task WithoutRights_AndAStateFile() =>
        SeeAsync(["setpriv", "--reuid=65534", "--clear-groups", Repository.Gorb, "-l", "127.0.0.1:14601"], "this process lacks the capability NET_ADMIN", "--cap-add NET_ADMIN");

    [Fact]
    public Task InAUserNamespace() =>
        SeeAsync(["unshare", "--user", "--map-root-user", "--net", "sh", "-c", "ip link set lo up; exec \"$0\" \"$@\"", .. Daemon], "user namespace", "an engine that runs as root");

    [Fact]
    public Task InAContainerWithItsOwnNetwork() => SeeAsync(["ip", "netns", "exec", "b1", .. Daemon], "this container has a network of its own", "docker run --network host");

    /// <summary>The module is gone and cannot be loaded. Once it is there, the daemon goes on by itself.</summary>
    [Fact]
    public async Task WithoutTheModule()
    {
        var loader = File.ReadAllText(Modprobe);
        Shell.Run("ipvsadm", "-C");
        Shell.Run("sh", "-c", "rmmod $(lsmod | sed -n 's/^\\(ip_vs_[a-z_0-9]*\\) .*/\\1/p') ip_vs");
        File.WriteAllText(Modprobe, "/nonexistent\n");
        await using var gorb = new LoggedProcess(Daemon[0], Daemon[1..]);
        try
        {
            await gorb.LogsAsync("this kernel has no IPVS");
            await gorb.LogsAsync("sudo modprobe ip_vs");
            await gorb.LogsAsync("gorb doctor");
        }
        finally
        {
            File.WriteAllText(Modprobe, loader);
            Shell.Run("modprobe", "ip_vs");
        }

        using var http = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:14601") };
        await Eventually.Async(async () => (await http.GetAsync(new Uri("/readyz", UriKind.Relative), TestContext.Current.CancellationToken)).IsSuccessStatusCode, () => gorb.Log);
        (await gorb.TerminateAsync()).Should().Be(0);
    }

    private static async Task SeeAsync(string[] command, params string[] lines)
    {
        // The lab runs on the files of a machine that may be a container or not: the command is the one for a container here, and for both in the unit tests.
        await using var gorb = new LoggedProcess("env", ["container=docker", .. command]);
        foreach (var line in lines)
        {
            await gorb.LogsAsync(line);
        }

        await gorb.LogsAsync("\"gorb doctor\" says more");
    }
}
