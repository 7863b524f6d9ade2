using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gorb.Model;
using Gorb.Sources.Docker;
using Gorb.Tests.Certificates;
using Gorb.Tests.Health.Probes;
using Microsoft.AspNetCore.Http;

namespace Gorb.Tests.Sources.Docker;

/// <summary>How the environment selects the engine, and what the link asks it. The environment belongs to the whole process, so this runs alone.</summary>
[Collection(Alone.Name)]
public sealed class DockerEngineTests : IDisposable
{
    private static readonly string[] Variables = ["DOCKER_HOST", "DOCKER_CERT_PATH", "DOCKER_CONFIG", "DOCKER_CONTEXT"];

    private readonly string _folder = Directory.CreateTempSubdirectory("gorb-test-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Socket => Path.Combine(_folder, "docker.sock");

    public void Dispose()
    {
        foreach (var variable in Variables)
        {
            Environment.SetEnvironmentVariable(variable, null);
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("tcp://127.0.0.1:1", "Connection refused")]
    [InlineData("unix:///nowhere/docker.sock", "there is no such socket")]
    public async Task GetInfo_NobodyThere_SaysSo(string host, string reason)
    {
        Environment.SetEnvironmentVariable("DOCKER_HOST", host);
        using var engine = new DockerEngine();
        var ask = () => engine.GetInfoAsync(Stop);
        var watch = () => engine.WatchAsync(DateTimeOffset.UnixEpoch, _ => { }, Stop);

        await ask.Should().ThrowAsync<EngineException>().WithMessage($"{host}: {reason}");
        await watch.Should().ThrowAsync<EngineException>().WithMessage($"{host}: {reason}");
    }

    [Theory]
    [InlineData("DOCKER_HOST", "nonsense", "*DOCKER_HOST is 'nonsense'*unix:///PATH*")]
    [InlineData("DOCKER_HOST", "ssh://host", "*'ssh://host'*forward its socket*")]
    [InlineData("DOCKER_CERT_PATH", "/nowhere", "*there is no /nowhere*")]
    [InlineData("DOCKER_CONTEXT", "mine", "*no Docker context 'mine'*docker context ls*")]
    public void New_NonsenseInTheEnvironment_IsNamed(string variable, string value, string message)
    {
        Environment.SetEnvironmentVariable("DOCKER_HOST", variable == "DOCKER_CERT_PATH" ? "tcp://127.0.0.1:1" : null);
        Environment.SetEnvironmentVariable(variable, value);

        ((Func<DockerEngine>)(() => new DockerEngine())).Should().Throw<EngineException>().WithMessage(message);
    }

    [Theory]
    [InlineData("DOCKER_HOST", null)]
    [InlineData("DOCKER_CONTEXT", null)]
    [InlineData(null, "mine")]
    public async Task Engine_IsThatOfHostElseOfContextElseOfConfiguration(string? variable, string? current)
    {
        await using var stand = await StandInEngine.AtAsync(Socket);
        stand.Answer = static context => StandInEngine.ReplyAsync(context, 200, """{"Name": "host1", "SystemTime": "2025-11-29T09:00:00Z"}""");
        var address = $"unix://{Socket}";
        var context = Directory.CreateDirectory(Path.Combine(_folder, "contexts", "meta", Digest("mine"))).FullName;
        await File.WriteAllTextAsync(Path.Combine(context, "meta.json"), """{"Name": "mine", "Endpoints": {"docker": {"Host": "ADDRESS"}}}""".Replace("ADDRESS", address, StringComparison.Ordinal), Stop);
        await File.WriteAllTextAsync(Path.Combine(_folder, "config.json"), $$"""{"auths": {}, "currentContext": "{{current ?? "another"}}"}""", Stop);
        Environment.SetEnvironmentVariable("DOCKER_CONFIG", _folder);
        if (variable is not null)
        {
            Environment.SetEnvironmentVariable(variable, variable == "DOCKER_HOST" ? address : "mine");
        }

        using var engine = new DockerEngine();

        (await engine.GetInfoAsync(Stop)).Should().Be(new EngineInfo("host1", new DateTimeOffset(2025, 11, 29, 9, 0, 0, TimeSpan.Zero)));
        stand.Requests.Should().Equal("GET /info");
    }

    [Fact]
    public async Task Inspect_ContainerThatIsGone_IsNull_AndEachOtherRefusalIsTold()
    {
        await using var stand = await StandInEngine.AtAsync(Socket);
        using var engine = EngineAt($"unix://{Socket}");

        (await engine.InspectAsync("1a2b", Stop)).Should().BeNull();
        foreach (var (status, body, message) in new[] { (500, """{"message": "no space left"}""", "*500: no space left"), (403, "<html>", "*403: <html>"), (200, "[1", "*"), (200, "{}", "*") })
        {
            stand.Answer = context => StandInEngine.ReplyAsync(context, status, body);
            await ((Func<Task>)(() => engine.ListAsync(Stop))).Should().ThrowAsync<EngineException>().WithMessage(message);
        }

        stand.Requests.Should().StartWith(["GET /containers/1a2b/json", "GET /containers/json"]);
    }

    [Fact]
    public async Task Watch_TellsEventsAsTheyCome_AndTheEndOfTheirStream()
    {
        await using var stand = await StandInEngine.AtAsync(Socket);
        var told = new TaskCompletionSource();
        stand.Answer = async context =>
        {
            await StandInEngine.ReplyAsync(context, 200, """{"Type":"container","Action":"start","Actor":{"ID":"1"}}""" + "\n");
            await context.Response.Body.FlushAsync(Stop);
            await told.Task.WaitAsync(Stop);
            await context.Response.WriteAsync("""{"Type":"container","Action":"exec_die","Actor":{"ID":"1"}}""" + "\n" + """{"Type":"container","Action":"die","Actor":{"ID":"1"}}""" + "\n", Stop);
        };
        using var engine = EngineAt($"unix://{Socket}");
        var events = new List<string>();

        var watch = () => engine.WatchAsync(
            DateTimeOffset.FromUnixTimeSeconds(7),
            happened =>
            {
                events.Add(happened.Action);
                told.TrySetResult(); // the first event is there before the second is sent
            },
            Stop);

        await watch.Should().ThrowAsync<EngineException>().WithMessage("the engine ended its stream of events");
        events.Should().Equal("start", "die");
        stand.Requests.Should().Equal("""GET /events?since=7&filters={"type":{"container":true,"network":true}}""");
    }

    [Fact]
    public async Task Tls_ShowsItsCertificate_AndTrustsTheAuthorityOfItsFolderOnly()
    {
        using var certificates = new TestCertificates();
        await using var stand = await StandInEngine.AtLoopbackAsync(certificates.WriteServer());
        stand.Answer = static context => StandInEngine.ReplyAsync(context, 200, "[]");
        var shown = certificates.Client("link", Role.Admin);
        await File.WriteAllTextAsync(Path.Combine(_folder, "cert.pem"), shown.ExportCertificatePem(), Stop);
        await File.WriteAllTextAsync(Path.Combine(_folder, "key.pem"), shown.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), Stop);
        File.Copy(certificates.AuthorityFile, Path.Combine(_folder, "ca.pem"));
        Environment.SetEnvironmentVariable("DOCKER_CERT_PATH", _folder);

        using var engine = EngineAt($"tcp://127.0.0.1:{stand.Port}");
        (await engine.ListAsync(Stop)).Should().BeEmpty();

        certificates.ReplaceAuthority();
        File.Copy(certificates.AuthorityFile, Path.Combine(_folder, "ca.pem"), overwrite: true);
        using var distrustful = EngineAt($"tcp://127.0.0.1:{stand.Port}");
        await ((Func<Task>)(() => distrustful.ListAsync(Stop))).Should().ThrowAsync<EngineException>().WithMessage($"the engine's certificate*{_folder}/ca.pem*");
    }

    [Fact]
    public async Task Path_BeforeTheApi_IsKept()
    {
        await using var stand = await StandInEngine.AtLoopbackAsync();
        using var engine = EngineAt($"tcp://127.0.0.1:{stand.Port}/engines/one");

        await engine.InspectAsync("a/b", Stop);

        stand.Requests.Should().ContainSingle().Which.Should().Match("GET /engines/one/containers/a*b/json");
    }

    private static DockerEngine EngineAt(string address)
    {
        Environment.SetEnvironmentVariable("DOCKER_HOST", address);
        return new DockerEngine();
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
