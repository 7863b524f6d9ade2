using System.Text;
using Gorb.Documents;
using Gorb.Sources.Files;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Tests.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Documents;

/// <summary>A test of a daemon that follows a configuration file.</summary>
public abstract class ConfigFileTest : IDisposable
{
    private protected const string Good = "services:\n  web: { host: 10.9.0.100, port: 80 }\n";
    private protected readonly TemporaryFile _file = new();
    private protected readonly TemporaryFile _state = new();
    private protected readonly FakeKernel _kernel = new();
    private protected readonly LogLines<ConfigFile> _log = new();

    public void Dispose()
    {
        _file.Dispose();
        _state.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A daemon that checks the file when the test calls it, or by a given clock.</summary>
    private protected TestDaemon NewDaemon(TimeProvider? time = null, string state = "none", string? path = null, DefaultDevice? device = null) => new()
    {
        Kernel = _kernel,
        State = state,
        Config = path ?? _file.Path,
        Configure = services =>
        {
            services.AddSingleton(time ?? new ManualTime()).AddSingleton<ILoggerProvider>(_log);
            if (device is not null)
            {
                services.AddSingleton(device);
            }
        },
    };

    private protected async Task<TestDaemon> StartAsync(string document, TimeProvider? time = null, string state = "none")
    {
        Write(document);
        var daemon = NewDaemon(time, state);
        await daemon.InitializeAsync();
        return daemon;
    }

    /// <summary>Writes a state file with the services web and mail.</summary>
    private protected async Task SaveAsync()
    {
        await using var daemon = new TestDaemon { Kernel = _kernel, State = _state.Path };
        await daemon.InitializeAsync();
        await daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await daemon.PutAsync("/service/mail", """{"host": "10.9.0.100", "port": 25}""");
    }

    private protected void Write(string document) => _file.Write(Encoding.UTF8.GetBytes(document));

    private protected async Task WriteAndPollAsync(TestDaemon daemon, string document)
    {
        Write(document);
        await PollAsync(daemon);
        await PollAsync(daemon); // the first check only notes that the file changed; it may still be written
    }

    private protected static Task PollAsync(TestDaemon daemon) => daemon.Service<ConfigFile>().PollAsync(TestContext.Current.CancellationToken);

    private protected static IEnumerable<int> Ports(TestDaemon daemon) => daemon.ReadKernel().Select(entry => (int)entry.Service.Service.Key.Port);
}
