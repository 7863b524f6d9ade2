using System.Diagnostics;
using System.Net;
using Gorb.Tests.Api;

namespace Gorb.Tests.Recipes;

/// <summary>Scripts that prepare backends. Gorb.KernelTests runs them in the lab.</summary>
public sealed class RecipeTests : IAsyncLifetime
{
    private readonly TestDaemon _daemon = new();

    public async ValueTask InitializeAsync()
    {
        await _daemon.InitializeAsync();
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/web6", """{"host": "fd00:9::100", "port": 80}""");
        await _daemon.PutAsync("/service/marked", """{"fwmark": 7}""");
    }

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

    [Theory]
    [InlineData("web", """{"host": "10.9.0.21", "port": 80, "method": "dr"}""")]
    [InlineData("web6", """{"host": "fd00:9::21", "port": 80, "method": "dr"}""")]
    [InlineData("web", """{"host": "10.9.0.21", "port": 80, "method": "tunnel"}""")]
    [InlineData("web", """{"host": "fd00:9::21", "port": 80, "method": "tunnel"}""")]
    [InlineData("web", """{"host": "10.9.0.21", "port": 80, "method": "tunnel", "tunnel": {"type": "gue", "port": 6080, "checksum": "remote"}}""")]
    [InlineData("web6", """{"host": "fd00:9::21", "port": 80, "method": "tunnel", "tunnel": {"type": "gue", "port": 6080}}""")]
    [InlineData("web", """{"host": "10.9.0.21", "port": 80, "method": "tunnel", "tunnel": {"type": "gre"}}""")]
    [InlineData("web6", """{"host": "fd00:9::21", "port": 80, "method": "tunnel", "tunnel": {"type": "gre", "checksum": "full"}}""")]
    public async Task Recipe_OfEveryMethod_IsACleanScript(string service, string backend)
    {
        await _daemon.PutAsync($"/service/{service}/b1", backend);

        ShellCheck(await ReadAsync($"/service/{service}/b1/recipe")).Should().BeEmpty();
    }

    [Fact]
    public async Task Recipe_OfDirectRouting_KeepsArpQuietBeforeItAddsTheAddress()
    {
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "method": "dr"}""");

        var script = await ReadAsync("/service/web/b1/recipe");

        script.Should().Contain("ip addr replace 10.9.0.100/32 dev lo").And.NotContain("advmss");
        script.IndexOf("arp_ignore", StringComparison.Ordinal).Should().BeLessThan(script.IndexOf("ip addr", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"type": "ipip"}""", 20)]
    [InlineData("""{"type": "gue", "port": 6080}""", 32)]
    [InlineData("""{"type": "gue", "port": 6080, "checksum": "remote"}""", 40)]
    [InlineData("""{"type": "gre"}""", 24)]
    [InlineData("""{"type": "gre", "checksum": "full"}""", 28)]
    public async Task Recipe_OfATunnel_LeavesRoomForItsHeaders(string tunnel, int bytes)
    {
        await _daemon.PutAsync("/service/web/b1", $$"""{"host": "10.9.0.21", "port": 80, "method": "tunnel", "tunnel": {{tunnel}}}""");

        (await ReadAsync("/service/web/b1/recipe")).Should().Contain($"advmss $((mtu - {bytes} - $2))");
    }

    [Fact]
    public async Task Recipe_OfAFirewallMark_IsForTheAddressesThatAreNamed()
    {
        await _daemon.PutAsync("/service/marked/b1", """{"host": "10.9.0.21", "method": "dr"}""");

        var script = await ReadAsync("/service/marked/b1/recipe?vip=10.9.0.100,fd00:9::100");

        script.Should().Contain("ip addr replace 10.9.0.100/32 dev lo").And.Contain("ip -6 addr replace fd00:9::100/128 dev lo nodad");
        ShellCheck(script).Should().BeEmpty();
    }

    [Theory]
    [InlineData("/service/web/b1/recipe", "nat", "needs no script")]
    [InlineData("/service/web/b1/recipe?vip=10.9.0.100", "10.9.0.100", "is for services by firewall mark")]
    [InlineData("/service/marked/b1/recipe", null, "is required for a service by firewall mark")]
    [InlineData("/service/marked/b1/recipe?vip=10.9.0.021", "10.9.0.021", "is not an IP address")]
    public async Task Recipe_ThatCannotBe_IsRefusedWithTheReason(string path, string? value, string problem)
    {
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");
        await _daemon.PutAsync("/service/marked/b1", """{"host": "10.9.0.21", "method": "dr"}""");

        using var answer = await _daemon.SendAsync(HttpMethod.Get, path, null);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var detail = (await TestDaemon.JsonAsync(answer)).GetProperty("details")[0];
        detail.GetProperty("problem").GetString().Should().StartWith(problem);
        (detail.TryGetProperty("value", out var given) ? given.GetString() : null).Should().Be(value);
    }

    [Theory]
    [InlineData("/service/none/b1/recipe")]
    [InlineData("/service/web/none/recipe")]
    public async Task Recipe_OfNothing_IsNotFound(string path)
    {
        using var answer = await _daemon.SendAsync(HttpMethod.Get, path, null);

        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    private async Task<string> ReadAsync(string path)
    {
        using var answer = await _daemon.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("text/x-shellscript");
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static string ShellCheck(string script)
    {
        using var shellcheck = Process.Start(new ProcessStartInfo("shellcheck", ["-s", "sh", "-"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        shellcheck.StandardInput.Write(script);
        shellcheck.StandardInput.Close();
        var findings = shellcheck.StandardOutput.ReadToEnd();
        shellcheck.WaitForExit();
        return findings;
    }
}
