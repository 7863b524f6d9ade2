using System.Net;
using Gorb.Client;
using Gorb.Sources.Docker;
using Gorb.Tests.Api;
using Gorb.Tests.Health.Probes;

namespace Gorb.Tests.Sources.Docker;

/// <summary>
/// The link ignores the environment's proxy, which is meant for the Internet (Docker passes its own to containers). The environment belongs to the process:
/// runs alone.
/// </summary>
[Collection(Alone.Name)]
public sealed class ProxyTests : DaemonTest
{
    private readonly IWebProxy _before = HttpClient.DefaultProxy;

    private protected override Task PrepareAsync()
    {
        HttpClient.DefaultProxy = new WebProxy("http://127.0.0.1:9");
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        HttpClient.DefaultProxy = _before;
        Environment.SetEnvironmentVariable("DOCKER_HOST", null);
        return base.DisposeAsync();
    }

    [Fact]
    public async Task Read_WithAProxyInTheEnvironment_AsksTheGorbItself()
    {
        using var client = new DeclaringClient(new GorbClient(_daemon.Http.BaseAddress!, TimeSpan.FromSeconds(100)), "docker/host1");

        (await client.ReadAsync(TestContext.Current.CancellationToken)).Services.Should().BeEmpty();
    }

    [Fact]
    public async Task GetInfo_WithAProxyInTheEnvironment_AsksTheEngineItself()
    {
        Environment.SetEnvironmentVariable("DOCKER_HOST", $"tcp://{_daemon.Http.BaseAddress!.Authority}");
        using var engine = new DockerEngine();
        var ask = () => engine.GetInfoAsync(TestContext.Current.CancellationToken);

        await ask.Should().ThrowAsync<EngineException>().WithMessage("*404*", "the Gorb answers that it has no such path; through the proxy, where nothing listens, there would be no answer");
    }
}
