using Gorb.Ipvs;

namespace Gorb.History;

/// <summary>
/// The rates of one service or backend over the last <see cref="Length"/> intervals, from counters of the kernel. What was not seen is unknown (not a number), not zero. One
/// object takes about 1.9 KB.
/// </summary>
internal sealed class RateSeries
{
    /// <summary>How many intervals are kept: a quarter of an hour.</summary>
    public const int Length = 90;

    private static readonly Rate[] All = Enum.GetValues<Rate>();

    private readonly float[] _rates = new float[Length * All.Length];
    private Counters _last;
    private long _lastTick;

    /// <param name="tick">The number of the interval that ends now.</param>
    /// <param name="counters">The counters now; their rates are known from the next interval on.</param>
    public RateSeries(long tick, Counters counters)
    {
        Array.Fill(_rates, float.NaN);
        (_lastTick, _last) = (tick, counters);
    }

    /// <summary>Adds the interval that ends now. If intervals before it were missed, nothing is known of them and of this one.</summary>
    /// <param name="tick">The number of the interval, larger than that of the last call.</param>
    /// <param name="counters">The counters now. Lower ones than before are of a new entry of the kernel: they began at 0 meanwhile.</param>
    /// <param name="elapsed">The time since the interval before.</param>
    public void Add(long tick, Counters counters, TimeSpan elapsed)
    {
        for (var missed = Math.Max(_lastTick + 1, tick - Length + 1); missed < tick; missed++)
        {
            Set(missed, static (_, _) => float.NaN);
        }

        var before = tick == _lastTick + 1 ? _last : (Counters?)null;
        var seconds = elapsed.TotalSeconds;
        Set(tick, (rate, _) => before is { } last && seconds > 0 ? (float)(Difference(Of(counters, rate), Of(last, rate)) / seconds) : float.NaN);
        (_lastTick, _last) = (tick, counters);
    }

    /// <summary>The rates per second, the oldest first; null where nothing is known.</summary>
    /// <param name="rate">Which rate.</param>
    /// <param name="now">The number of the interval that ended last.</param>
    public float?[] Read(Rate rate, long now)
    {
        var values = new float?[Length];
        for (var i = 0; i < Length; i++)
        {
            var tick = now - Length + 1 + i;
            var value = tick <= _lastTick && tick > _lastTick - Length ? _rates[At(tick, rate)] : float.NaN;
            values[i] = float.IsNaN(value) ? null : value;
        }

        return values;
    }

    private void Set(long tick, Func<Rate, long, float> value)
    {
        foreach (var rate in All)
        {
            _rates[At(tick, rate)] = value(rate, tick);
        }
    }

    private static int At(long tick, Rate rate) => ((int)rate * Length) + (int)(((tick % Length) + Length) % Length);

    private static ulong Difference(ulong now, ulong before) => now >= before ? now - before : now;

    private static ulong Of(Counters counters, Rate rate) => rate switch
    {
        Rate.Connections => counters.Connections,
        Rate.InPackets => counters.InPackets,
        Rate.OutPackets => counters.OutPackets,
        Rate.InBytes => counters.InBytes,
        Rate.OutBytes => counters.OutBytes,
        _ => throw new ArgumentOutOfRangeException(nameof(rate)),
    };
}

/// <summary>What is counted per second.</summary>
internal enum Rate
{
    Connections,
    InPackets,
    OutPackets,
    InBytes,
    OutBytes,
}
