using System.Net;
using Gorb.Etcd;
using Gorb.Leases;

namespace Gorb.Tests.Leases;

public sealed class ElectionViewTests
{
    private static readonly LeaseKeys Keys = new("lab");
    private static readonly IPAddress Address = IPAddress.Parse("fd00:9::100");

    [Fact]
    public void View_FollowsTheWatch_AndLeavesOutWhatItCannotRead()
    {
        var listed = ElectionView.Empty.After(Keys, new WatchListing(
            7, [Entry(Keys.Address(Address), "a", 11), Entry(Keys.Candidate("a"), "100", 11), Entry(Keys.Candidate("b"), "many", 12), Entry(Keys.Addresses + "nowhere", "a", 11), Entry(Keys.All + "later", "x", 1), Entry(Keys.Drained("d"), "", 0)], IsEarlier: false));

        listed.Holders.Should().ContainSingle().Which.Value.Should().Be(new Holder("a", 11, 5, 6));
        listed.Candidates.Should().ContainSingle().Which.Value.Should().Be(new Candidate(100, 11));

        listed.Drained.Should().Equal("d");

        var changed = listed.After(Keys, new WatchChanges(9, [new EtcdChange(Keys.Address(Address), null, 8), new EtcdChange(Keys.Candidate("a"), null, 8), new EtcdChange(Keys.Candidate("c"), Entry(Keys.Candidate("c"), "5", 13), 9), new EtcdChange(Keys.Drained("d"), null, 9)]));

        changed.Revision.Should().Be(9);
        changed.Holders.Should().BeEmpty();
        changed.Drained.Should().BeEmpty();
        changed.Candidates.Should().ContainSingle().Which.Key.Should().Be("c");
        changed.After(Keys, new WatchInterruption("cut")).Should().Be(changed);
    }

    [Fact]
    public void Turns_AreTheSameOnEveryDirector_AndSpreadAddresses()
    {
        string[] directors = ["a", "b", "c"];
        var view = Candidates(directors.Select(static director => (director, 100)));
        var first = new Dictionary<string, int>();
        for (var number = 1; number <= 240; number++)
        {
            var address = IPAddress.Parse($"10.9.1.{number}");
            var turns = directors.ToDictionary(static director => director, director => view.CountBefore(address, director, 100));
            turns.Values.Should().BeEquivalentTo([0, 1, 2]);
            var winner = turns.MinBy(static turn => turn.Value).Key;
            first[winner] = first.GetValueOrDefault(winner) + 1;
        }

        first.Values.Should().HaveCount(3).And.AllSatisfy(static count => count.Should().BeInRange(50, 110));
    }

    [Fact]
    public void Turns_BeginWithTheHighestPriority()
    {
        var view = Candidates([("a", 100), ("b", 200), ("c", 150)]);

        new[] { ("b", 200), ("c", 150), ("a", 100) }.Select(director => view.CountBefore(Address, director.Item1, director.Item2)).Should().Equal(0, 1, 2);
        view.CountBefore(Address, "new", 160).Should().Be(1, "one that has no key yet waits for those that have");
    }

    [Theory]
    [InlineData(5, 3)]
    [InlineData(4.95, 3)]
    [InlineData(4.1, 2)]
    [InlineData(10, 8)]
    [InlineData(2, 1)]
    [InlineData(1.5, 1)]
    public void TimeInTheKernel_IsOverWithTheLease(double left, double valid) =>
        LeaseOptions.ValidFor(TimeSpan.FromSeconds(left)).Should().Be(TimeSpan.FromSeconds(valid));

    private static ElectionView Candidates(IEnumerable<(string Director, int Priority)> directors) => ElectionView.Empty.After(
        Keys, new WatchListing(1, [.. directors.Select(static (director, index) => Entry(Keys.Candidate(director.Director), $"{director.Priority}", index + 1))], IsEarlier: false));

    private static EtcdEntry Entry(string key, string value, long lease) => new(key, System.Text.Encoding.UTF8.GetBytes(value), 5, 6, lease);
}
