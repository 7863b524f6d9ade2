using Gorb.Doctor.Facts;
using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;
using Gorb.Targets.Ipvs;

namespace Gorb.Doctor;

/// <summary>Logs what is missing to balance anything at all. It looks after the start, which so does not wait for it; when the daemon cannot start, the notice may name the reason.</summary>
internal sealed partial class FirstRunNotice(IpvsClientFactory clients, IHostApplicationLifetime lifetime, ILogger<FirstRunNotice> logger) : IHostedService, IAsyncDisposable
{
    private readonly ILogger _logger = logger;
    private Lazy<Task>? _notice;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var notice = _notice = new Lazy<Task>(() => Task.Run(LogMissing, CancellationToken.None));
        lifetime.ApplicationStarted.Register(() => _ = notice.Value);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => _notice is { } notice ? new ValueTask(notice.Value) : ValueTask.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void LogMissing()
    {
        foreach (var line in Find(FindTrouble()))
        {
            LogMissing(line);
        }
    }

    private static IReadOnlyList<string> Find(IpvsException? trouble)
    {
        try
        {
            return FirstRun.Explain(ProcessReader.Read("/proc"), trouble, FirstRun.IsContainer);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return []; // /proc hides what this process may do; requests and /readyz report what the kernel refuses
        }
    }

    private IpvsException? FindTrouble()
    {
        try
        {
            using var client = clients.Create();
            client.GetInfo();
            return null;
        }
        catch (IpvsException error)
        {
            return error;
        }
        catch (NetlinkException)
        {
            return null; // the writer reports it
        }
    }

    [LoggerMessage(1190, LogLevel.Error, "{Line}")]
    private partial void LogMissing(string line);
}
