using System.Net;
using System.Net.Http.Headers;
using Gorb.Tests.Api;

namespace Gorb.Tests.Access;

/// <summary>On loopback a token is not needed, but a wrong one is refused.</summary>
public sealed class LoopbackTests : DaemonTest
{
    [Fact]
    public async Task WithoutToken_EverythingIsAllowed() => (await _daemon.SendAsync(HttpMethod.Get, "/tokens", null)).StatusCode.Should().Be(HttpStatusCode.OK);

    [Fact]
    public async Task WithAWrongToken_NothingIs()
    {
        _daemon.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");

        (await _daemon.SendAsync(HttpMethod.Get, "/service", null)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task WithALowToken_OnlyWhatItMayDo()
    {
        var created = await TestDaemon.JsonAsync(await _daemon.SendAsync(HttpMethod.Post, "/tokens", """{"name": "low", "role": "read"}"""));
        _daemon.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("bearer", created.GetProperty("token").GetString());

        (await _daemon.SendAsync(HttpMethod.Get, "/service", null)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await _daemon.SendAsync(HttpMethod.Delete, "/service/web", null)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }
}
