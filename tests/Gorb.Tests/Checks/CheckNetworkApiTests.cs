using System.Net;
using Gorb.Tests.Api;

namespace Gorb.Tests.Checks;

/// <summary>Checks that would go where they may not are refused when they are set.</summary>
public sealed class CheckNetworkApiTests : IAsyncLifetime
{
    private readonly TestDaemon _daemon = new();

    public async ValueTask InitializeAsync()
    {
        await _daemon.InitializeAsync();
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
    }

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

    [Theory]
    [InlineData("""{"host": "169.254.169.254", "port": 80}""", "host", "169.254.169.254", "--allow-check 169.254.169.254/32")]
    [InlineData("""{"host": "10.9.0.21", "port": 80, "pulse": {"type": "http", "args": {"host": "169.254.169.254", "path": "/latest/meta-data"}}}""", "pulse.args.host", "169.254.169.254", "credentials")]
    [InlineData("""{"host": "10.9.0.21", "port": 80, "pulse": [{"type": "tcp"}, {"type": "udp", "args": {"host": "127.0.0.53", "port": 53}}]}""", "pulse.args.host", "127.0.0.53", "--allow-check 127.0.0.0/8")]
    [InlineData("""{"host": "10.9.0.21", "port": 80, "pulse": {"args": {"host": "::1"}}}""", "pulse.args.host", "::1", "for a backend that is there")]
    public async Task BackendWithADeniedCheck_IsRefused(string body, string field, string value, string remedy)
    {
        var answer = await _daemon.SendAsync(HttpMethod.Put, "/service/web/b1", body);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var problem = (await TestDaemon.JsonAsync(answer)).GetProperty("details").EnumerateArray().Should().ContainSingle().Which;
        (problem.GetProperty("field").GetString(), problem.GetProperty("value").GetString()).Should().Be((field, value));
        problem.GetProperty("problem").GetString().Should().Contain(remedy);
        _daemon.ReadKernel().Single().Destinations.Should().BeEmpty();
    }

    [Fact]
    public async Task ServiceWithADeniedCheck_IsRefused_InADocumentToo()
    {
        const string Service = """{"host": "10.9.0.101", "port": 80, "pulse": {"type": "tcp", "args": {"host": "127.0.0.1"}}}""";

        (await _daemon.SendAsync(HttpMethod.Put, "/service/other", Service)).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await _daemon.SendAsync(HttpMethod.Patch, "/service/web", """{"pulse": {"args": {"host": "169.254.169.254"}}}""")).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var answer = await _daemon.SendAsync(HttpMethod.Put, "/config", $$$"""{"services": {"other": {{{Service}}}}}""");
        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await TestDaemon.JsonAsync(answer)).GetProperty("details")[0].GetProperty("field").GetString().Should().Be("services.other.pulse.args.host");
    }

    [Fact]
    public async Task WhatIsNotProbed_MayBeAnywhere()
    {
        await _daemon.PutAsync("/service/web/silent", """{"host": "169.254.169.254", "port": 80, "pulse": {"type": "none"}}""");
        await _daemon.PutAsync("/service/web/here", """{"host": "127.0.0.1", "port": 80}""");
        await _daemon.PutAsync("/service/web/name", """{"host": "10.9.0.21", "port": 80, "pulse": {"args": {"host": "localhost"}}}""");

        (await _daemon.GetAsync("/service/web")).GetProperty("backends").GetArrayLength().Should().Be(3, "a name is decided at each check");
    }

    /// <summary>A client that may write one service must not become an admin by a check that asks the API itself.</summary>
    [Fact]
    public async Task BackendThatIsTheApiItself_TakesNoHttpCheck()
    {
        await using var fixedPort = new TestDaemon { Port = FreePort() };
        await fixedPort.InitializeAsync();
        await fixedPort.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");

        var answer = await fixedPort.SendAsync(
            HttpMethod.Put, "/service/web/b1", $$$"""{"host": "127.0.0.1", "port": {{{fixedPort.Port}}}, "pulse": {"type": "http", "args": {"method": "DELETE", "path": "/ipvs"} } }""");

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("own API");
        await fixedPort.PutAsync("/service/web/b1", $$"""{"host": "127.0.0.1", "port": {{fixedPort.Port}}, "pulse": {"type": "tcp"} }""");
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
