namespace Gorb.Model.Checks;

/// <summary>One check of a backend with all defaults filled in. Equal options mean the same check.</summary>
internal sealed record PulseOptions
{
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(2);
    public const int DefaultRise = 2;
    public const int DefaultFall = 3;

    /// <summary>The type of the check and its settings.</summary>
    public PulseArgs Args { get; init; } = new TcpArgs();

    /// <summary>The way that the packets of the check take.</summary>
    public CheckVia Via { get; init; }

    /// <summary>The time from the start of one check to the start of the next.</summary>
    public TimeSpan Interval { get; init; } = DefaultInterval;

    /// <summary>The time from the start of a check, including name resolution, to the last byte of the answer; at most the interval.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>Successes in a row that bring a backend up.</summary>
    public int Rise { get; init; } = DefaultRise;

    /// <summary>Failures in a row that take a backend down; GORB uses 1.</summary>
    public int Fall { get; init; } = DefaultFall;

    /// <summary>While the backend is down, the interval doubles with each failure up to this limit; null keeps the interval.</summary>
    public TimeSpan? BackOff { get; init; }
}
