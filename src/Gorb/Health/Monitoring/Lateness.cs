namespace Gorb.Health.Monitoring;

/// <summary>Warns when checks start late: the first sign of a host, or of a limit, that is too small for its checks.</summary>
internal sealed partial class Lateness(ILogger logger, CheckBound bound)
{
    private static readonly TimeSpan MinReported = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = logger;
    private DateTimeOffset _quietUntil;

    /// <summary>Records the start of a check.</summary>
    public void Record(TimeSpan late, DateTimeOffset now)
    {
        if (late >= MinReported && now >= _quietUntil)
        {
            _quietUntil = now + Period; // at most one line per minute
            LogLate(late.TotalSeconds, bound.Checks, bound.Files);
        }
    }

    [LoggerMessage(2004, LogLevel.Warning, "Health checks start {Seconds:F1} s late: this host is too busy for them, or the limit of {Checks} concurrent checks is reached, "
        + "which follows from the limit of {Files} open files. Use longer intervals, or raise the limit of open files (ulimit -n, docker run --ulimit nofile=)")]
    private partial void LogLate(double seconds, int checks, long files);
}
