using Gorb.Health.Probes;
using Gorb.Logging;
using Gorb.Model.Checks;

namespace Gorb.Health.Monitoring;

/// <summary>Logs that this host cannot carry out checks: each reason once, until it has not occurred for a while. The backends keep their verdicts.</summary>
internal sealed partial class LocalFailures(ILogger logger)
{
    /// <summary>A reason that has not occurred for this long is over.</summary>
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(10);

    /// <summary>The most distinct reasons to remember, since a reason may name a host or a program.</summary>
    private const int MaxReasons = 100;

    private readonly ILogger _logger = logger;
    private readonly RepeatFilter _repeats = new(ForgetAfter, MaxReasons);

    public void Report(ProbeTarget target, ProbeResult result, DateTimeOffset now)
    {
        if (_repeats.IsNew(result.Reason, result.Reason, now))
        {
            LogFault(target.Args.Type, target.Host, result.Reason, result.Unexpected);
        }
    }

    [LoggerMessage(2006, LogLevel.Error, "Health checks of type {Type} cannot be carried out (the first is for {Host}), and their backends keep their verdicts: {Reason}")]
    private partial void LogFault(string type, string host, string reason, Exception? unexpected);
}
