using Gorb.Logging;

namespace Gorb.Tests.Logging;

public sealed class RepeatFilterTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Fact]
    public void IsNew_OnceForAsLongAsItLasts_AndAgainAfterItsEnd()
    {
        var filter = new RepeatFilter();

        filter.IsNew("disk full").Should().BeTrue();
        filter.IsNew("disk full").Should().BeFalse();
        filter.IsNew("disk gone").Should().BeTrue();
        filter.IsOngoing.Should().BeTrue();
        filter.End().Should().BeTrue();
        filter.End().Should().BeFalse();
        filter.IsOngoing.Should().BeFalse();
        filter.IsNew("disk gone").Should().BeTrue();
    }

    [Fact]
    public void IsNew_WhenTextsTakeTurns_LogsEachOnce_AndNotMoreThanAFew()
    {
        var filter = new RepeatFilter();

        filter.IsNew("refused").Should().BeTrue();
        filter.IsNew("no answer").Should().BeTrue();
        filter.IsNew("refused").Should().BeFalse();
        filter.IsNew("no answer").Should().BeFalse();
        Enumerable.Range(0, 100).Count(number => filter.IsNew($"port {number}")).Should().Be(14, "16 texts are told apart");
        filter.End().Should().BeTrue();
        filter.IsNew("refused").Should().BeTrue();
    }

    [Fact]
    public void IsNew_OfSeveralSubjects_TellsThemApart()
    {
        var filter = new RepeatFilter();

        filter.IsNew("refused", "web").Should().BeTrue();
        filter.IsNew("refused", "mail").Should().BeTrue();
        filter.Keep(subject => subject == "web");

        filter.IsNew("refused", "web").Should().BeFalse();
        filter.IsNew("refused", "mail").Should().BeTrue();
    }

    [Fact]
    public void Update_IsWhatIsNew_AndWhatIsNotInItIsOver()
    {
        var filter = new RepeatFilter();

        filter.Update(["a", "b", "a"]).Should().Equal("a", "b");
        filter.Update(["b", "c"]).Should().Equal("c");
        filter.Update(["a", "b", "c"]).Should().Equal("a");
    }

    [Fact]
    public void IsNew_WithAMemory_EndsByItself_AndItsSubjectsAreBounded()
    {
        var filter = new RepeatFilter(TimeSpan.FromMinutes(10), maxSubjects: 2);

        filter.IsNew("x", "a", Start).Should().BeTrue();
        filter.IsNew("x", "a", Start.AddMinutes(9)).Should().BeFalse();
        filter.IsNew("x", "b", Start.AddMinutes(9)).Should().BeTrue();
        filter.IsNew("x", "c", Start.AddMinutes(10)).Should().BeFalse("two are told apart");
        filter.IsNew("x", "c", Start.AddMinutes(19)).Should().BeTrue("the others were not heard of for ten minutes");
    }
}
