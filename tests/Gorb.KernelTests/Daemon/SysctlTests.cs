using System.Net;
using System.Text.Json;
using Gorb.Ipvs;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>The kernel settings that services need: told, set and restored, on a director where none is set.</summary>
public sealed class SysctlTests : OwnDaemonTest, IDisposable
{
    private const string Forward4 = "net.ipv4.ip_forward", Forward6 = "net.ipv6.conf.all.forwarding", RedirectsAll = "net.ipv4.conf.all.send_redirects", Redirects = "net.ipv4.conf.br0.send_redirects";

    private static readonly string[] OfNat = [Forward4, Forward6, RedirectsAll, Redirects];

    private readonly List<Setting> _unprepared = [new(Forward4, "0"), new(Forward6, "0"), new(RedirectsAll, "1"), new(Redirects, "1")];

    void IDisposable.Dispose()
    {
        _unprepared.ForEach(static setting => setting.Dispose());
        Dispose();
    }

    /// <summary>Direct routing works without forwarding, and nothing asks for it. NAT does not, until the printed commands have run.</summary>
    [Fact]
    public async Task Default_NamesTheCommandsThatMend()
    {
        await using var gorb = await StartAsync();
        await gorb.PutServiceAsync("direct4", """{"host": "10.9.0.100", "port": 80}""", "dr");
        await gorb.PutServiceAsync("direct6", """{"host": "fd00:9::100", "port": 80}""", "dr", v6: true);
        Visitor.Visit(Network.Vip4, 80, 1).Concat(Visitor.Visit(Network.Vip6, 80, 1)).Should().HaveCount(2);
        (await NamesAsync(gorb)).Should().NotContain(OfNat);

        await PutNatAsync(gorb);
        (IsAnswered(Network.Vip4), IsAnswered(Network.Vip6)).Should().Be((false, false));
        await gorb.LogsAsync($"{Forward4} is 0: no client of a service with NAT backends gets an answer. Run sysctl -w {Forward4}=1");
        var verb = await VerbResult.RunAsync("", "sysctl", "--server", gorb.Http.BaseAddress!.ToString());
        verb.Status.Should().Be(1);
        foreach (var command in verb.Output.Split('\n').Select(static line => line.Trim()).Where(static line => line.StartsWith("sysctl -w", StringComparison.Ordinal)))
        {
            Shell.Run("sh", "-c", command);
        }

        (IsAnswered(Network.Vip4), IsAnswered(Network.Vip6)).Should().Be((true, true));
        OfNat.Select(Setting.Read).Should().Equal("1", "1", "0", "0");
        Setting.Set("net.ipv4.conf.br0.arp_announce", "0"); // was asked for, too
        Settings(await gorb.GetAsync("/sysctl")).Where(static one => OfNat.Contains(Text(one, "name"))).Should().OnlyContain(static one => Text(one, "status") == "set" && Text(one, "previous") == null);
    }

    /// <summary>While redirects are sent, the director tells a backend in the client's network of the way around it.</summary>
    [Fact]
    public async Task Apply_MakesNatWork_AndKillLosesNoPreviousValue()
    {
        await using (var first = await StartAsync("--sysctl", "apply"))
        {
            await PutNatAsync(first);
            var redirects = SentRedirects();
            (IsAnswered(Network.Vip4), IsAnswered(Network.Vip6)).Should().Be((true, true));
            SentRedirects().Should().Be(redirects);
            await first.LogsAsync($"Set {Forward4} to 1; it was 0");
            Setting.Set(Forward4, "0");
            first.Signal("HUP");
            await first.LogsAsync($"Something else changed the kernel's settings; repaired 1: set {Forward4} from 0 to 1");
            OfNat.Select(Setting.Read).Should().Equal("1", "1", "0", "0");
            await first.KillAsync();
        }

        await using var second = await StartAsync("--sysctl", "check");
        (await NamesAsync(second, "previous")).Should().Contain(OfNat);
        var restored = await VerbResult.RunAsync("", "sysctl", "restore", Redirects, "--server", second.Http.BaseAddress!.ToString());
        restored.Status.Should().Be(0, restored.Errors);
        Setting.Read(Redirects).Should().Be("1");
        var before = SentRedirects();
        IsAnswered(Network.Vip4);
        SentRedirects().Should().BeGreaterThan(before);

        await second.DeleteAsync("/sysctl");
        OfNat.Select(Setting.Read).Should().Equal("0", "0", "1", "1");
        (await NamesAsync(second, "previous")).Should().BeEmpty();
    }

    /// <summary>As in a container: the request succeeds, and the log names the command for the host.</summary>
    [Fact]
    public async Task ReadOnly_SaysSo()
    {
        await using var gorb = await GorbProcess.StartUnderAsync(
            ["unshare", "-m", "sh", "-c", "mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys && exec \"$0\" \"$@\""], "-i", "br0", "--state", State, "--sysctl", "apply");
        await PutNatAsync(gorb);

        await gorb.LogsAsync($"{Forward4} is 0 and cannot be set: /proc/sys is read-only, as in a container");
        await gorb.LogsAsync($"Run on the host: sysctl -w {Forward4}=1");
        var setting = Settings(await gorb.GetAsync("/sysctl")).Single(static one => Text(one, "name") == Forward4);
        (Text(setting, "status"), Text(setting, "obstacle")).Should().Be(("missing", "/proc/sys is read-only, as in a container"));
        Setting.Read(Forward4).Should().Be("0");
    }

    private static async Task PutNatAsync(GorbProcess gorb)
    {
        await gorb.PutServiceAsync("nat4", """{"host": "10.9.0.100", "port": 80, "protocol": "udp"}""");
        await gorb.PutServiceAsync("nat6", """{"host": "fd00:9::100", "port": 80, "protocol": "udp"}""", v6: true);
    }

    private static bool IsAnswered(IPAddress vip)
    {
        using var client = Visitor.Connect(vip, 80, TransportProtocol.Udp);
        return Visitor.IsAnswered(client);
    }

    /// <summary>The number of ICMP redirects that the director has sent.</summary>
    private static int SentRedirects()
    {
        var lines = File.ReadLines("/proc/net/snmp").Where(static line => line.StartsWith("Icmp:", StringComparison.Ordinal)).Select(static line => line.Split(' ')).ToList();
        return int.Parse(lines[1][Array.IndexOf(lines[0], "OutRedirects")], null);
    }

    private static async Task<List<string?>> NamesAsync(GorbProcess gorb, string member = "wanted") =>
        [.. Settings(await gorb.GetAsync("/sysctl")).Where(one => Text(one, member) is not null).Select(static one => Text(one, "name"))];

    private static List<JsonElement> Settings(JsonElement view) => [.. view.GetProperty("settings").EnumerateArray()];

    private static string? Text(JsonElement setting, string name) => setting.TryGetProperty(name, out var value) ? value.GetString() : null;
}
