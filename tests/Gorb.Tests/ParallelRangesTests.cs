using Gorb.Start;

namespace Gorb.Tests;

public sealed class ParallelRangesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(1000)]
    [InlineData(1001)]
    public void Do_TakesEverythingOnce_InOrder(int count) =>
        ParallelRanges.Run(count, Range).SelectMany(part => part).Should().Equal(Enumerable.Range(0, count));

    [Fact]
    public void Do_Many_OnEveryProcessor() => ParallelRanges.Run(1000, Range).Should().HaveCount(Environment.ProcessorCount);

    private static IEnumerable<int> Range(int from, int to) => Enumerable.Range(from, to - from);
}
