namespace Gorb.Health.Monitoring;

/// <summary>How late checks start: a machine, or a bound, that is too small for its checks shows here first.</summary>
internal sealed partial class Lateness(ILogger logger, CheckBound bound)
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
            LogLate(late.TotalSeconds, bound.Checks, bound.Files);
        }
    }

    [LoggerMessage(2004, LogLevel.Warning, "Health checks start {Seconds:F1} s late: this machine is too busy for them, or more than {Checks} at a time wait for "
        + "answers, which is what the limit of {Files} open files allows; give them longer intervals, or raise the limit (ulimit -n, docker run --ulimit nofile=)")]
    private partial void LogLate(double seconds, int checks, long files);
}
