using Gorb.Sources.Docker;
using Gorb.Tests.Health.Probes;

namespace Gorb.Tests.Sources.Docker;

/// <summary>How the environment selects the engine. The environment belongs to the whole process, so this runs alone.</summary>
[Collection(Alone.Name)]
public sealed class DockerEngineTests : IDisposable
{
    public void Dispose()
    {
        Environment.SetEnvironmentVariable("DOCKER_HOST", null);
        Environment.SetEnvironmentVariable("DOCKER_CERT_PATH", null);
    }

    [Theory]
    [InlineData("tcp://127.0.0.1:1")]
    [InlineData("unix:///nowhere/docker.sock")]
    public async Task GetInfo_NobodyThere_SaysSo(string host)
    {
        Environment.SetEnvironmentVariable("DOCKER_HOST", host);
        using var engine = new DockerEngine();
        var ask = () => engine.GetInfoAsync(TestContext.Current.CancellationToken);
        var watch = () => engine.WatchAsync(DateTimeOffset.UnixEpoch, _ => { }, TestContext.Current.CancellationToken);

        await ask.Should().ThrowAsync<EngineException>();
        await watch.Should().ThrowAsync<EngineException>();
    }

    [Theory]
    [InlineData("DOCKER_HOST", "nonsense", "*'nonsense'*")]
    [InlineData("DOCKER_CERT_PATH", "/nowhere", "*there is no /nowhere*")]
    public void New_NonsenseInTheEnvironment_IsNamed(string variable, string value, string message)
    {
        Environment.SetEnvironmentVariable(variable, value);

        ((Func<DockerEngine>)(() => new DockerEngine())).Should().Throw<EngineException>().WithMessage(message);
    }
}
