using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>
/// With the rights that <c>systemd/gorb.service</c> and <c>docker/compose.yaml</c> give it, the daemon does all of its work around IPVS. The tests read the rights from these files and start it as
/// systemd and an engine would.
/// </summary>
public sealed partial class LeastRightsTests : OwnDaemonTest
{
    private const string Fast = "\"interval\": \"400ms\", \"timeout\": \"400ms\"";
    private const string StateFile = "/var/lib/gorb/gorb.db";
    private const string ApiSocket = "/run/gorb/gorb.sock";

    private const ulong NetAdminAndNetRaw = (1 << 12) | (1 << 13);

    private static readonly IPAddress Vip = IPAddress.Parse("10.9.0.112");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RightsOfUnitAndImage_Suffice(bool isImage)
    {
        using var accept = new Setting("net.ipv4.conf.br0.accept_local", "1");
        using var tracking = new Setting("net.ipv4.vs.conntrack", isImage ? "1" : "0"); // in a container the daemon cannot set it
        using var users = new TemporaryFile("root:x:0:0::/:/\ngorb:x:4672:4672::/:/\n");
        await using var gorb = await GorbProcess.StartUnderAsync(
            Wrapper(isImage, users.Path), "-i", "br0", "-l", $"unix:{ApiSocket}", "--state", StateFile, "--vip-interface", "gorb0", "--resync", "none");

        CheckRights(gorb.Id);
        await gorb.PutServiceAsync("web", $$"""{"host": "{{Vip}}", "port": 80, "method": "rr"}""");
        Visitor.Spread(Vip, 80, 9).Values.Should().Equal([3, 3, 3], "the address is on gorb0, and the kernel balances");
        (await gorb.SendAsync(HttpMethod.Post, $"/vip/{Vip}/announce")).StatusCode.Should().Be(HttpStatusCode.OK);

        await gorb.PutAsync("/service/dr", """{"host": "10.9.0.100", "port": 80}""");
        await gorb.PutAsync("/service/dr/path", $$"""{"host": "10.9.0.21", "port": 80, "method": "dr", "pulse": {"type": "tcp", "via": "path", {{Fast}}} }""");
        await gorb.PutAsync("/service/dr/ping", $$"""{"host": "10.9.0.22", "port": 80, "method": "dr", "pulse": {"type": "ping", {{Fast}}} }""");
        await PassesAsync(gorb, "path", "connected");
        await PassesAsync(gorb, "ping", "answered");

        if (KernelFeature.Nftables.IsThere)
        {
            await gorb.PutAsync("/service/translated", $$"""{"host": "{{Vip}}", "port": 81, "masquerade": true}""");
            Shell.Run("nft", "list", "table", "inet", "gorb").Should().Contain($"{Vip}");
            Shell.Run("sysctl", "-n", "net.ipv4.vs.conntrack").Should().StartWith("1", "NET_ADMIN suffices for the network's settings");
        }

        (await gorb.GetAsync("/doctor")).GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("code").GetString()).Should().NotContain("no-net-admin").And.NotContain("no-net-raw");
        await gorb.PutAsync("/config", """{"services": {}}""");
        Shell.Run("ip", "link", "del", "gorb0");
    }

    private static Task PassesAsync(GorbProcess gorb, string backend, string reason) => Eventually.Async(async () =>
        (await gorb.GetAsync($"/service/dr/{backend}")).TryGetProperty("pulse", out var pulse) && pulse.GetProperty("checks") is var checks && checks.GetArrayLength() > 0
        && checks[0].TryGetProperty("reason", out var said) && said.GetString() == reason);

    /// <summary>The daemon is the user gorb with two capabilities, now and for good, and can write two folders.</summary>
    private static void CheckRights(int process)
    {
        var status = File.ReadAllLines($"/proc/{process}/status").Select(static line => line.Split(':', 2)).ToDictionary(static parts => parts[0], static parts => parts[1].Trim());
        status["Uid"].Split('\t').Should().AllBe("4672");
        status["Gid"].Split('\t').Should().AllBe("4672");
        status["Groups"].Should().BeEmpty();
        foreach (var set in new[] { "CapEff", "CapPrm", "CapAmb" })
        {
            ulong.Parse(status[set], NumberStyles.HexNumber, CultureInfo.InvariantCulture).Should().Be(NetAdminAndNetRaw, set);
        }

        status["NoNewPrivs"].Should().Be("1");
        File.ReadAllLines($"/proc/{process}/mountinfo").Select(static line => line.Split(' ')).Last(static fields => fields[4] == "/")[5].Should().StartWith("ro");
        File.GetUnixFileMode($"/proc/{process}/root{StateFile}").Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode($"/proc/{process}/root/var/lib/gorb").Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.GetUnixFileMode($"/proc/{process}/root{ApiSocket}").Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
    }

    /// <summary>Starts the daemon in a mount namespace of its own: everything is read-only but /tmp, the state folder and the folder of the socket.</summary>
    private static string[] Wrapper(bool isImage, string users) =>
    [
        "unshare", "--mount", "--propagation", "private", "bash", "-ec",
        $"""
        mount --bind {users} /etc/passwd
        mount -t tmpfs -o mode=0755 lib /var/lib
        mount -t tmpfs -o mode=0755 run /run
        mount -t tmpfs -o mode=1777 tmp /tmp
        install -d -o 4672 -g 4672 -m {(isImage ? "0700" : Unit("StateDirectoryMode"))} /var/lib/gorb
        install -d -o 4672 -g 4672 -m {(isImage ? "0755" : Unit("RuntimeDirectoryMode"))} /run/gorb
        mount -o remount,ro,bind /var/lib
        mount -t tmpfs -o {(isImage ? ComposeTmpfs() : $"uid=4672,gid=4672,mode={Unit("RuntimeDirectoryMode")}")} run /run/gorb
        mount -t tmpfs -o uid=4672,gid=4672,mode={Unit("StateDirectoryMode")} state /var/lib/gorb
        {(isImage ? "mount --bind /proc/sys /proc/sys; mount -o remount,ro,bind /proc/sys" : "")}
        mount -o remount,ro,bind /run
        mount -o remount,ro,bind /
        {string.Join(' ', isImage ? Image() : Service())} "$0" "$@"
        """,
    ];

    private static string[] Service()
    {
        Unit("User").Should().Be("gorb");
        Unit("NoNewPrivileges").Should().Be("yes");
        Unit("ProtectSystem").Should().Be("strict");
        (Unit("StateDirectory"), Unit("RuntimeDirectory")).Should().Be(("gorb", "gorb"));
        var (ambient, bounding) = (Capabilities(Unit("AmbientCapabilities")), Capabilities(Unit("CapabilityBoundingSet")));
        return ["exec", "setpriv", "--reuid=4672", "--regid=4672", "--clear-groups", $"--inh-caps=-all,{ambient}", $"--ambient-caps=-all,{ambient}", $"--bounding-set=-all,{bounding}", "--no-new-privs"];
    }

    /// <summary>Root with the capabilities of the container, as an engine starts it. The daemon becomes the user by itself.</summary>
    private static string[] Image()
    {
        var compose = File.ReadAllText(Repository.Path("docker/compose.yaml"));
        compose.Should().Contain("cap_drop: [ALL]").And.Contain("no-new-privileges:true").And.Contain("read_only: true");
        var added = Capabilities(CapAdd().Match(compose).Groups[1].Value.Replace(",", "", StringComparison.Ordinal));
        var user = ImageUser().Match(File.ReadAllText(Repository.Path("Dockerfile"))).Groups[1].Value;
        return ["exec", "env", $"GORB_USER={user}", "setpriv", "--inh-caps=-all", $"--bounding-set=-all,{added}", "--no-new-privs"];
    }

    private static string ComposeTmpfs() => Tmpfs().Match(File.ReadAllText(Repository.Path("docker/compose.yaml"))).Groups[1].Value;

    /// <summary>The value of a line of the unit.</summary>
    private static string Unit(string name) =>
        File.ReadAllLines(Repository.Path("systemd/gorb.service")).Single(line => line.StartsWith($"{name}=", StringComparison.Ordinal))[(name.Length + 1)..];

    /// <summary>"CAP_NET_ADMIN CAP_NET_RAW" or "NET_ADMIN NET_RAW" in setpriv's words.</summary>
    private static string Capabilities(string names) =>
        string.Join(',', names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static name => $"+{name.Replace("CAP_", "", StringComparison.Ordinal).ToLowerInvariant()}"));

    [GeneratedRegex(@"cap_add: \[([A-Z_, ]+)\]")]
    private static partial Regex CapAdd();

    [GeneratedRegex(@"tmpfs: \[""/run/gorb:([^""]+)""")]
    private static partial Regex Tmpfs();

    [GeneratedRegex("ENV GORB_USER=([a-z]+)")]
    private static partial Regex ImageUser();
}
