using System.Net;
using System.Text.Json;
using Gorb.Targets.Host;
using Gorb.Tests.Targets.Host;

namespace Gorb.Tests.Api;

/// <summary>The kernel settings in the API, on files of the test's own.</summary>
public sealed class SysctlApiTests : IAsyncLifetime
{
    private const string NoDestination = "net.ipv4.vs.expire_nodest_conn", Template = "net.ipv4.vs.expire_quiescent_template", Forward = "net.ipv6.conf.all.forwarding";

    private readonly SettingsFolder _files = new();
    private readonly TestDaemon _daemon;

    public SysctlApiTests()
    {
        (_files[NoDestination], _files[Template], _files[Forward]) = ("0", "1", "0");
        _daemon = new TestDaemon { Sysctls = _files.Root, SysctlMode = SysctlMode.Apply };
    }

    public async ValueTask InitializeAsync()
    {
        await _daemon.InitializeAsync();
        await _daemon.PutAsync("/service/web", """{"host": "2001:db8::100", "port": 80}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "2001:db8::21", "port": 80}""");
    }

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        _files.Dispose();
    }

    [Fact]
    public async Task Get_ShowsWhatIsNeededAndWhy()
    {
        var view = await _daemon.GetAsync("/sysctl");

        view.GetProperty("mode").GetString().Should().Be("apply");
        var setting = Find(view, Forward);
        (Text(setting, "status"), Text(setting, "wanted"), Text(setting, "seen"), Text(setting, "previous")).Should().Be(("set", "1", "1", "0"));
        Text(setting, "why").Should().Be("this host forwards the replies of IPv6 NAT backends to the clients");
        Find(view, Template).TryGetProperty("previous", out _).Should().BeFalse("it was as needed");
        Text(Find(view, "net.ipv4.vs.conn_reuse_mode"), "status").Should().Be("absent");
    }

    [Fact]
    public async Task Delete_RestoresOneOrAll()
    {
        using (var one = await _daemon.SendAsync(HttpMethod.Delete, $"/sysctl?name={Forward}", null))
        {
            one.StatusCode.Should().Be(HttpStatusCode.OK);
        }

        (_files[Forward], _files[NoDestination]).Should().Be(("0", "1"));
        var restored = Find(await _daemon.GetAsync("/sysctl"), Forward);
        (Text(restored, "status"), Text(restored, "command")).Should().Be(("restored", $"sysctl -w {Forward}=1"));

        using (var all = await _daemon.SendAsync(HttpMethod.Delete, "/sysctl", null))
        {
            all.StatusCode.Should().Be(HttpStatusCode.OK);
        }

        _files[NoDestination].Should().Be("0");
    }

    [Fact]
    public async Task Delete_OfWhatGorbHasNotSet_IsRefused()
    {
        using var answer = await _daemon.SendAsync(HttpMethod.Delete, $"/sysctl?name={Template}", null);

        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("is not a setting that Gorb has set");
    }

    private static JsonElement Find(JsonElement view, string setting) => view.GetProperty("settings").EnumerateArray().Single(one => Text(one, "name") == setting);

    private static string? Text(JsonElement setting, string name) => setting.TryGetProperty(name, out var value) ? value.GetString() : null;
}
