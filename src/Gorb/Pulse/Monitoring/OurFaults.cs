namespace Gorb.Pulse.Monitoring;

/// <summary>Says that this machine cannot carry out checks, once a minute at most; the backends keep their verdicts meanwhile.</summary>
internal sealed partial class OurFaults(ILogger logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = logger;
    private DateTimeOffset _quietUntil;

    public void Take(string reason, DateTimeOffset now)
    {
        if (now >= _quietUntil)
        {
            _quietUntil = now + Period;
            LogFault(reason);
        }
    }

    [LoggerMessage(2006, LogLevel.Error, "Health checks cannot be carried out, and their backends stay as they are: {Reason}")]
    private partial void LogFault(string reason);
}
