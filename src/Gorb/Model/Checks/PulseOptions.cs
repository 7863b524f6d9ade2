namespace Gorb.Model.Checks;

/// <summary>One check of a backend as a user asked for it, defaults filled in. Two are equal when they ask for the same.</summary>
internal sealed record PulseOptions
{
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(2);
    public const int DefaultRise = 2;
    public const int DefaultFall = 3;

    /// <summary>What is checked, and how.</summary>
    public PulseArgs Args { get; init; } = new TcpArgs();

    /// <summary>From the start of one check to the start of the next.</summary>
    public TimeSpan Interval { get; init; } = DefaultInterval;

    /// <summary>From the start of a check, name resolution included, to the last byte of the answer; never above the interval.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>Successes in a row that bring a backend back.</summary>
    public int Rise { get; init; } = DefaultRise;

    /// <summary>Failures in a row that take a backend out; 1 is GORB's way.</summary>
    public int Fall { get; init; } = DefaultFall;

    /// <summary>While down, the interval doubles with each failure up to this; null keeps it as it is.</summary>
    public TimeSpan? BackOff { get; init; }
}
