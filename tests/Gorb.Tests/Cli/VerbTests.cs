using System.Net;
using Gorb.Cli;
using Gorb.Tests.Api;
using Gorb.Tests.Client;
using Gorb.Tests.Health.Probes;
using Gorb.Tests.State;

namespace Gorb.Tests.Cli;

/// <summary>What verbs print of the answers of a daemon or another server. The console and the proxy belong to the whole process, so this runs alone.</summary>
[Collection(Alone.Name)]
public sealed class VerbTests : IDisposable
{
    private readonly IWebProxy _proxy = HttpClient.DefaultProxy;
    private readonly TextWriter _out = Console.Out;
    private readonly TextWriter _error = Console.Error;
    private readonly StringWriter _printed = new();

    public VerbTests()
    {
        Console.SetOut(_printed);
        Console.SetError(_printed);
    }

    public void Dispose()
    {
        HttpClient.DefaultProxy = _proxy;
        Console.SetOut(_out);
        Console.SetError(_error);
    }

    [Theory]
    [InlineData("application/json", """{"error":"no\u001b[31m","details":[{"field":"a\u009b","problem":"b\u0007"}]}""", "gorb: no\\x1b[31m\n  a\\x9b b\\x07\n", 4)]
    public async Task Refusal_CannotSteerTheTerminal(string type, string body, string printed, int status)
    {
        using var other = new StubServer($"HTTP/1.1 400 Bad Request\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}");

        (await RunAsync("get", "-s", other.Url.ToString())).Should().Be(status);

        _printed.ToString().Should().Be(printed);
    }

    [Fact]
    public async Task Source_OfADocument_IsTheOneThatTheOptionNames()
    {
        await using var daemon = new TestDaemon();
        await daemon.InitializeAsync();
        using var file = new TemporaryFile();
        Directory.CreateDirectory(Path.GetDirectoryName(file.Path)!);
        await File.WriteAllTextAsync(file.Path, """{"services": {"web": {"host": "10.9.0.100", "port": 80}}}""", TestContext.Current.CancellationToken);
        var server = daemon.Http.BaseAddress!.ToString();

        (await RunAsync("apply", file.Path, "--source", "deploy/blue", "--quiet", "-s", server)).Should().Be(0);
        (await RunAsync("diff", file.Path, "--source", "deploy/blue", "-s", server)).Should().Be(0);
        (await RunAsync("get", "--source", "api", "-s", server)).Should().Be(0);

        (await daemon.GetAsync("/service/web")).GetProperty("source").GetString().Should().Be("deploy/blue");
        _printed.ToString().Should().NotContain("web");
    }

    /// <summary>With its secrets a document is a backup, also of another daemon.</summary>
    [Fact]
    public async Task Get_WithSecrets_IsABackup()
    {
        await using var daemon = new TestDaemon();
        await daemon.InitializeAsync();
        await daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "pulse": {"type": "http", "args": {"headers": {"Authorization": "planted"}}}}""");
        var server = daemon.Http.BaseAddress!.ToString();

        (await RunAsync("get", "-s", server)).Should().Be(0);
        _printed.ToString().Should().NotContain("planted");
        (await RunAsync("get", "--secrets", "--source", "api", "-s", server)).Should().Be(0);
        _printed.ToString().Should().Contain("planted");
    }

    [Theory]
    [InlineData("web")]
    [InlineData("web/")]
    [InlineData("web/b1/b2")]
    public async Task Recipe_OfWhatIsNoBackend_SaysHowToNameOne(string backend)
    {
        (await RunAsync("recipe", backend)).Should().NotBe(0);

        _printed.ToString().Should().Contain($"'{backend}' is not a backend; write SERVICE/BACKEND, as in web/b1.");
    }

    [Fact]
    public async Task Document_CannotSteerTheTerminal()
    {
        using var other = new StubServer("HTTP/1.1 200 OK\r\nContent-Type: application/yaml\r\nContent-Length: 14\r\n\r\nservices: \u001b[1m");

        await RunAsync("get", "-s", other.Url.ToString());

        _printed.ToString().Should().Be("services: \\x1b[1m");
    }

    [Theory]
    [InlineData("get", "-s")]
    [InlineData("healthcheck", "-l")]
    public async Task Verb_WithAProxyInTheEnvironment_AsksTheDaemonItself(string verb, string option)
    {
        await using var daemon = new TestDaemon();
        await daemon.InitializeAsync();
        HttpClient.DefaultProxy = new WebProxy("http://127.0.0.1:9");

        (await RunAsync(verb, option, daemon.Http.BaseAddress!.Authority)).Should().Be(0);
    }

    [Fact]
    public async Task Healthcheck_OfSomethingElse_FailsAndSaysSo()
    {
        using var other = new StubServer("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>");

        (await RunAsync("healthcheck", "-l", other.Url.Authority)).Should().Be(1);

        _printed.ToString().Should().Be($"{other.Url} answers, but not as a Gorb does{Environment.NewLine}");
    }

    private static Task<int> RunAsync(params string[] words) =>
        GorbCommand.Create((_, _) => Task.FromResult(0), (_, _, _) => Task.FromResult(0)).Parse(words).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
}
