using Gorb.Health.Probes;
using Gorb.Model;
using Gorb.Model.Policy;

namespace Gorb.Health.Monitoring;

/// <summary>Logs, counts and tells that backends go up and down.</summary>
internal sealed partial class Transitions(ILogger logger, CheckMetrics metrics, EventHub events)
{
    private readonly ILogger _logger = logger;

    /// <param name="watched">The backend, whose verdict has just changed.</param>
    /// <param name="result">The result that changed it.</param>
    public void Take(MonitoredBackend watched, ProbeResult result)
    {
        metrics.TakeTransition(watched.Verdict == Verdict.Up);
        var text = $"{(watched.Verdict == Verdict.Up ? "up" : "down")}: {result.Reason}";
        events.Publish(now => [new Event("health", now, watched.Service, watched.Name, text) { Actor = Actors.Checks }]);
        if (watched.Verdict == Verdict.Up)
        {
            LogUp(watched.Name, watched.Service, result.Reason);
        }
        else
        {
            LogDown(watched.Name, watched.Service, result.Reason);
        }
    }

    [LoggerMessage(2001, LogLevel.Warning, "Backend {Backend} of {Service} is down: {Reason}")]
    private partial void LogDown(string backend, string service, string reason);

    [LoggerMessage(2002, LogLevel.Information, "Backend {Backend} of {Service} is up: {Reason}")]
    private partial void LogUp(string backend, string service, string reason);
}
