using Gorb.Doctor.Facts;
using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;
using Gorb.Targets.Ipvs;

namespace Gorb.Doctor;

/// <summary>Logs at the start what is missing to balance anything at all.</summary>
internal sealed partial class FirstRunNotice(IpvsClientFactory clients, ILogger<FirstRunNotice> logger) : IHostedService
{
    private readonly ILogger _logger = logger;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var line in Find(FindTrouble()))
        {
            LogMissing(line);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

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
