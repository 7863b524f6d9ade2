using Gorb.Cluster;

namespace Gorb.Tests.Cluster;

public sealed class RevisionTimesTests
{
    private readonly ManualTime _time = new();
    private readonly RevisionTimes _times;

    public RevisionTimesTests() => _times = new RevisionTimes(_time);

    [Fact]
    public void Lag_CountsFromTheFirstChangeThatIsMissing()
    {
        Note(10);
        Note(12);
        Note(12);
        Note(15);

        _times.FindLag(15).Should().Be(TimeSpan.Zero);
        _times.FindLag(20).Should().Be(TimeSpan.Zero);
        _times.FindLag(13).Should().Be(TimeSpan.FromSeconds(1));
        _times.FindLag(10).Should().Be(TimeSpan.FromSeconds(3), "12 was noted three seconds ago");
        _times.FindLag(0).Should().Be(TimeSpan.FromSeconds(4));
    }

    [Fact]
    public void EtcdThatWasRestored_BeginsAnew()
    {
        Note(10);
        Note(3);

        _times.FindLag(3).Should().Be(TimeSpan.Zero);
        _times.FindLag(2).Should().Be(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void ManyRevisions_AreBounded_AndTheLongLagStays()
    {
        for (var revision = 1; revision <= 100_000; revision++)
        {
            Note(revision);
        }

        _times.FindLag(0).Should().Be(TimeSpan.FromSeconds(100_000));
        _times.FindLag(99_990).Should().Be(TimeSpan.FromSeconds(10));
    }

    private void Note(long revision)
    {
        _times.Note(revision);
        _time.Advance(TimeSpan.FromSeconds(1));
    }
}
