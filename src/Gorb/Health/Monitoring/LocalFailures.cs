using Gorb.Health.Probes;
using Gorb.Logging;
using Gorb.Model.Checks;

namespace Gorb.Health.Monitoring;

/// <summary>Logs that this machine cannot carry out checks, each reason once for as long as it goes on; the backends keep their verdicts meanwhile.</summary>
internal sealed partial class LocalFailures(ILogger logger)
{
    /// <summary>A reason that was not heard of for so long is over.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    /// <summary>Reasons may name hosts and programs; more than this are not told apart.</summary>
    private const int MaxReasons = 100;

    private readonly ILogger _logger = logger;
    private readonly RepeatFilter _repeats = new(Memory, MaxReasons);

    public void Take(ProbeTarget target, ProbeResult result, DateTimeOffset now)
    {
        if (_repeats.IsNew(result.Reason, result.Reason, now))
        {
            LogFault(target.Args.Type, target.Host, result.Reason, result.Unexpected);
        }
    }

    [LoggerMessage(2006, LogLevel.Error, "Health checks of type {Type} cannot be carried out ({Host} is the first of them), and their backends stay as they are: {Reason}")]
    private partial void LogFault(string type, string host, string reason, Exception? unexpected);
}
