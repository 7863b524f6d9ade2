namespace Gorb.Pulse.Monitoring;

/// <summary>How late checks start: a machine, or a bound, that is too small for its checks shows here first.</summary>
internal sealed partial class Lateness(ILogger logger)
{
    private static readonly TimeSpan Worth = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = logger;
    private DateTimeOffset _quietUntil;

    /// <summary>Takes one start.</summary>
    public void Take(TimeSpan late, DateTimeOffset now)
    {
        if (late >= Worth && now >= _quietUntil)
        {
            _quietUntil = now + Period; // one line a minute says it
            LogLate(late.TotalSeconds);
        }
    }

    [LoggerMessage(2004, LogLevel.Warning, "Health checks start {Seconds:F1} s late: this machine is too busy for them; give them longer intervals")]
    private partial void LogLate(double seconds);
}
