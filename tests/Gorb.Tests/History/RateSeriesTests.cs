using Gorb.History;
using Gorb.Ipvs;

namespace Gorb.Tests.History;

/// <summary>Rates from counters.</summary>
public sealed class RateSeriesTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    [Fact]
    public void Add_DividesByTheTimeThatPassed()
    {
        var series = new RateSeries(0, Count(100));

        series.Add(1, Count(150), Interval);
        series.Add(2, Count(150), TimeSpan.FromSeconds(20));
        series.Add(3, Count(190), TimeSpan.FromSeconds(20));

        Last(series, 3, 4).Should().Equal(null, 5, 0, 2);
    }

    [Fact]
    public void LowerCounters_AreThoseOfANewEntry()
    {
        var series = new RateSeries(0, Count(1000));

        series.Add(1, Count(30), Interval);

        Last(series, 1, 1).Should().Equal(3);
    }

    [Fact]
    public void MissedIntervals_AreUnknown()
    {
        var series = new RateSeries(0, Count(0));
        series.Add(1, Count(10), Interval);

        series.Add(4, Count(1000), Interval);
        series.Add(5, Count(1010), Interval);

        Last(series, 5, 5).Should().Equal(1, null, null, null, 1);
        Last(series, 7, 3).Should().Equal([1, null, null], "what has not been added yet is unknown, too");
    }

    [Fact]
    public void OldIntervals_AreForgotten()
    {
        var series = new RateSeries(0, Count(0));
        for (var tick = 1; tick <= 2 * RateSeries.Length; tick++)
        {
            series.Add(tick, Count((ulong)(tick * 10)), Interval);
        }

        series.Read(Rate.Connections, 2 * RateSeries.Length).Should().HaveCount(RateSeries.Length).And.OnlyContain(static rate => rate == 1);
        series.Read(Rate.Connections, 3 * RateSeries.Length).Should().OnlyContain(static rate => rate == null);

        series.Add(10 * RateSeries.Length, Count(0), Interval);
        series.Read(Rate.Connections, 10 * RateSeries.Length).Should().OnlyContain(static rate => rate == null, "a long pause leaves nothing of before");
    }

    [Fact]
    public void EachRate_IsItsOwn()
    {
        var series = new RateSeries(0, default);

        series.Add(1, new Counters { Connections = 10, InPackets = 20, OutPackets = 30, InBytes = 40, OutBytes = 50 }, Interval);

        Enum.GetValues<Rate>().Select(rate => series.Read(rate, 1)[^1]).Should().Equal(1, 2, 3, 4, 5);
    }

    /// <summary>Rates of a thousand backends fit into 2 MB.</summary>
    [Fact]
    public void AThousandSeries_TakeLessThanTwoMegabytes()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        var series = Enumerable.Range(0, 1000).Select(static _ => new RateSeries(0, default)).ToList();

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(2_000_000);
        GC.KeepAlive(series);
    }

    private static Counters Count(ulong connections) => new() { Connections = connections };

    private static float?[] Last(RateSeries series, long now, int count) => series.Read(Rate.Connections, now)[^count..];
}
