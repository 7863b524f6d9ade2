using System.Net;

namespace Gorb.Tests.Balancing;

/// <summary>A sorry backend and a backend of the same service cannot stand at one place: the kernel has one destination there.</summary>
public sealed class SorryTests : IAsyncLifetime
{
    private readonly TestDaemon _daemon = new();

    public ValueTask InitializeAsync() => _daemon.InitializeAsync();

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

    [Fact]
    public async Task Patch_FallbackToASorryBackendThatIsABackend_IsRefused()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "sorry": {"host": "10.9.0.21", "port": 80}}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");

        var answer = await _daemon.SendAsync(HttpMethod.Patch, "/service/web", """{"fallback": "sorry"}""");

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await TestDaemon.JsonAsync(answer)).ToString().Should().Contain("b1").And.Contain("10.9.0.21:80 is the sorry backend");
        _daemon.ReadKernel()[0].Destinations.Should().ContainSingle().Which.Destination.Weight.Should().Be(100);
    }
}
