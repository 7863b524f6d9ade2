using System.Collections.Concurrent;
using System.Text;
using Gorb.Model;
using Gorb.Tests.Access;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Tests.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Audit;

/// <summary>Secrets that are planted wherever Gorb takes one are in nothing that it says.</summary>
public sealed class PlantedSecretTests : TokenTest
{
    private const string Planted = "pl4nted";

    private readonly TemporaryFile _audit = new();
    private readonly AllLines _log = new();

    private protected override TestDaemon NewDaemon(FakeKernel kernel)
    {
        WriteSecret(Admin);
        Directory.CreateDirectory(Path.GetDirectoryName(_audit.Path)!);
        return new TestDaemon
        {
            Kernel = kernel,
            State = _file.Path,
            TokenFile = SecretPath,
            IsTokenRequired = true,
            Audit = _audit.Path,
            Configure = services => services.AddSingleton<TimeProvider>(_time).AddSingleton<ILoggerProvider>(_log),
        };
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _audit.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task NoOutput_HasASecret()
    {
        var events = new List<Event>();
        using var end = new CancellationTokenSource();
        var listening = ListenAsync(events, end.Token);
        var token = await CreateAsync("ci", "write");
        var said = new StringBuilder();

        foreach (var (method, path, body) in Requests())
        {
            await TellAsync(said, token, method, path, body);
            await TellAsync(said, Admin, method, path, body);
            await TellAsync(said, $"gorb_{Planted}-token", method, path, body);
        }

        foreach (var path in (string[])["/service/web", "/service/web/b1", "/config", "/config?source=api", "/sources", "/tokens", "/audit", "/metrics?backends=true", "/doctor?probe=false", "/readyz", "/openapi.json", "/ipvs", "/vip", "/sysctl"])
        {
            await TellAsync(said, Admin, "GET", path, null);
        }

        await end.CancelAsync();
        await listening;
        said.AppendJoin('\n', events.Select(static happened => $"{happened}"));
        said.Append(await File.ReadAllTextAsync(_audit.Path, Stop)).AppendJoin('\n', _log.Lines);

        said.ToString().Should().Contain("web/b1").And.Contain("***");
        foreach (var secret in (string[])[Planted, Admin, token])
        {
            said.ToString().Should().NotContain(secret);
        }

        Encoding.UTF8.GetString(await File.ReadAllBytesAsync(_file.Path, Stop)).Should().NotContain(token, "the state has its hash alone");
    }

    /// <summary>Changes that are accepted, and refusals for every kind of reason, each with a secret.</summary>
    private static IEnumerable<(string Method, string Path, string Body)> Requests()
    {
        const string Backend = """{"host": "10.9.0.21", "port": 80, "pulse": PULSE}""";
        const string Document = """{"services": {"web": {"host": "10.9.0.100", "port": 80, "backends": {"b1": {"host": "10.9.0.21", "port": 80, "pulse": PULSE}}}}}""";
        string[] pulses =
        [
            """{"type": "http", "args": {"headers": {"Authorization": "Bearer pl4nted", "X-Api-Key": "pl4nted", "Cookie": "id=pl4nted", "X-Other": {"secret": "pl4nted"}}}}""",
            """{"type": "http", "interval": "3s", "args": {"headers": {"Authorization": "Bearer pl4nted-2"}}}""",
            """[{"type": "tcp"}, {"type": "https", "args": {"headers": {"Proxy-Authorization": "pl4nted"}}}]""",
            """{"type": "http", "args": {"headers": {"Authorization": "Bearer pl4nted", "bad name": "x"}}}""",
            """{"type": "http", "args": {"headers": {"Authorization": "Bearer pl4nted\n"}}}""",
            """{"type": "http", "args": {"headers": {"Authorization": ["pl4nted"]}}}""",
            """{"type": "http", "args": {"headers": ["pl4nted"]}}""",
            """{"type": "http", "args": {"headers": "pl4nted"}}""",
            """{"type": "nothing", "args": {"headers": {"Authorization": "pl4nted"}}}""",
            """{"type": "http", "interval": "x", "args": {"headers": {"Authorization": "pl4nted"}}}""",
            """{"type": "tcp", "args": {"headers": {"Authorization": "pl4nted"}}}""",
        ];
        foreach (var pulse in pulses)
        {
            yield return ("PUT", "/service/web/b1", Backend.Replace("PULSE", pulse, StringComparison.Ordinal));
            yield return ("PATCH", "/service/web", $$"""{"pulse": {{pulse}}}""");
            yield return ("POST", "/config/diff", Document.Replace("PULSE", pulse, StringComparison.Ordinal));
            yield return ("PUT", "/config", Document.Replace("PULSE", pulse, StringComparison.Ordinal));
            yield return ("PUT", "/config?source=mine", Document.Replace("PULSE", pulse, StringComparison.Ordinal));
        }
    }

    private async Task TellAsync(StringBuilder said, string token, string method, string path, string? body)
    {
        using var answer = await SendAsync(token, new HttpMethod(method), path, body);
        said.Append(answer.Headers).AppendLine(await answer.Content.ReadAsStringAsync(Stop));
        _time.Advance(TimeSpan.FromMinutes(11)); // wrong tokens are slowed down
    }

    private async Task ListenAsync(List<Event> events, CancellationToken end)
    {
        await foreach (var happened in _daemon.Service<EventHub>().ListenAsync(end))
        {
            events.Add(happened);
        }
    }

    /// <summary>The lines of every class.</summary>
    private sealed class AllLines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
