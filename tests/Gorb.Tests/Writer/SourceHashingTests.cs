using Gorb.Targets.Ipvs;

namespace Gorb.Tests.Writer;

/// <summary>The scheduler sh has 256 buckets, so Gorb scales weights to shares of them.</summary>
public sealed class SourceHashingTests
{
    [Theory]
    [InlineData("100 100 100 100 100 100", "43 43 43 43 42 42")] // unscaled, the first three destinations fill all buckets
    [InlineData("100 200 300", "43 85 128")]
    [InlineData("100 100", "128 128")] // with a sum below 256, the first destination would get the remaining buckets
    [InlineData("42 84 126", "43 85 128")]
    [InlineData("1 2 3", "1 2 3")] // already exact
    [InlineData("100 156", "100 156")]
    [InlineData("100", "100")]
    [InlineData("1 1000", "1 255")]
    [InlineData("1 1 1000000", "1 1 254")]
    [InlineData("2147483647 2147483647", "128 128")]
    [InlineData("100 0 100", "128 0 127")] // a destination of weight 0 occupies a bucket
    [InlineData("100 -1 100", "128 -1 128")] // a backend outside the kernel does not
    [InlineData("0 0", "0 0")]
    [InlineData("", "")]
    public void Scale_FillsTheBuckets(string weights, string scaled)
    {
        var found = Parse(weights);

        SourceHashing.Scale(found, sorry: 0).Should().Be(0);

        found.Should().Equal(Parse(scaled));
    }

    [Fact]
    public void Scale_OnlyTheSorryBackend_GetsAllThatIsLeft() => SourceHashing.Scale([0, 0, -1], sorry: 1).Should().Be(254);

    [Fact]
    public void Scale_RandomWeights_KeepsSharesAndFits()
    {
        var random = new Random(256);
        for (var i = 0; i < 2000; i++)
        {
            var weights = Enumerable.Range(0, random.Next(1, 300)).Select(_ => random.Next(5) == 0 ? 0 : random.Next(1, 1 << random.Next(1, 31))).ToArray();
            var scaled = weights.ToArray();

            SourceHashing.Scale(scaled, sorry: 0);

            var (live, quiet, sum) = (weights.Count(weight => weight > 0), weights.Count(weight => weight == 0), weights.Sum(weight => (long)weight));
            scaled.Zip(weights).Should().OnlyContain(pair => pair.Second > 0 ? pair.First >= 1 : pair.First == 0);
            if (scaled.SequenceEqual(weights))
            {
                (sum + quiet).Should().BeLessThanOrEqualTo(Math.Max(SourceHashing.Buckets, live + quiet));
                continue;
            }

            scaled.Sum().Should().Be(Math.Max(live, SourceHashing.Buckets - quiet));
            if (weights.All(weight => weight == 0 || (long)weight * (SourceHashing.Buckets - quiet) >= sum))
            {
                scaled.Zip(weights).Should().OnlyContain(pair => Math.Abs(pair.First - ((double)pair.Second * (SourceHashing.Buckets - quiet) / sum)) < 1, "nobody is rounded by a bucket or more");
            }
        }
    }

    private static int[] Parse(string weights) =>
        [.. weights.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(weight => int.Parse(weight, System.Globalization.CultureInfo.InvariantCulture))];
}
