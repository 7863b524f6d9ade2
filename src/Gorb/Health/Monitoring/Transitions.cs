using Gorb.Health.Probes;
using Gorb.Model;
using Gorb.Model.Policy;

namespace Gorb.Health.Monitoring;

/// <summary>Logs, counts and publishes that backends go up and down.</summary>
internal sealed partial class Transitions(ILogger logger, CheckMetrics metrics, EventHub events)
{
    private readonly ILogger _logger = logger;

    /// <param name="monitored">The backend whose verdict has just changed.</param>
    /// <param name="result">The result that caused the change.</param>
    public void Report(MonitoredBackend monitored, ProbeResult result)
    {
        metrics.RecordTransition(monitored.Verdict == Verdict.Up);
        var text = $"{(monitored.Verdict == Verdict.Up ? "up" : "down")}: {result.Reason}";
        events.Publish(now => [new Event("health", now, monitored.Service, monitored.Name, text) { Actor = Actors.Checks }]);
        if (monitored.Verdict == Verdict.Up)
        {
            LogUp(monitored.Name, monitored.Service, result.Reason);
        }
        else
        {
            LogDown(monitored.Name, monitored.Service, result.Reason);
        }
    }

    [LoggerMessage(2001, LogLevel.Warning, "Backend {Backend} of {Service} is down: {Reason}")]
    private partial void LogDown(string backend, string service, string reason);

    [LoggerMessage(2002, LogLevel.Information, "Backend {Backend} of {Service} is up: {Reason}")]
    private partial void LogUp(string backend, string service, string reason);
}
