using Gorb.KernelTests.Cluster.Chaos;

namespace Gorb.KernelTests.Cluster;

/// <summary>The checker finds what must not be, and nothing else.</summary>
public sealed class WriteHistoryTests
{
    private readonly WriteHistory _history = new();

    [Fact]
    public void AcknowledgedWrite_ThatIsNotThere_IsFound()
    {
        Write(1, 10, 0, 1, Fate.Acknowledged);
        Contradictions(10).Should().BeEmpty();
        Contradictions(null).Should().ContainSingle();
    }

    [Fact]
    public void AcknowledgedWrite_ThatAnEarlierOneReplaced_IsFound()
    {
        Write(1, 10, 0, 1, Fate.Acknowledged);
        Write(2, 11, 2, 3, Fate.Acknowledged);
        Contradictions(11).Should().BeEmpty();
        Contradictions(10).Should().ContainSingle();
    }

    [Fact]
    public void WritesAtTheSameTime_MayComeInAnyOrder()
    {
        Write(1, 10, 0, 2, Fate.Acknowledged);
        Write(2, null, 1, 3, Fate.Acknowledged);
        Contradictions(10).Should().BeEmpty();
        Contradictions(null).Should().BeEmpty();
    }

    [Fact]
    public void UnknownWrite_MayBeMadeAtAnyTime_OrNever()
    {
        Write(1, 10, 0, 1, Fate.Unknown);
        Write(2, 11, 2, 3, Fate.Acknowledged);
        Contradictions(10).Should().BeEmpty();
        Contradictions(11).Should().BeEmpty();
    }

    [Fact]
    public void RefusedWrite_ThatIsThere_IsFound()
    {
        Write(1, 10, 0, 1, Fate.Acknowledged);
        Write(2, 11, 2, 3, Fate.Refused);
        Contradictions(11).Should().ContainSingle();
    }

    private void Write(int number, int? weight, int began, int ended, Fate fate) =>
        _history.Add(new Write("w0", weight, $"d{number}", TimeSpan.FromSeconds(began), TimeSpan.FromSeconds(ended), fate));

    private IReadOnlyList<string> Contradictions(int? last) =>
        _history.FindContradictions(last is { } weight ? new Dictionary<string, int> { ["w0"] = weight } : new Dictionary<string, int>());
}
