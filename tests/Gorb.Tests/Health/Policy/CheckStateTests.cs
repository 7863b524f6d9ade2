using Gorb.Health.Policy;
using Gorb.Model.Checks;
using Gorb.Model.Policy;

namespace Gorb.Tests.Health.Policy;

public sealed class CheckStateTests
{
    /// <summary>Results: + success, - failure. Verdicts: U up, D down, one per result.</summary>
    [Theory]
    [InlineData("up", 2, 3, "+++", "UUU")]
    [InlineData("up", 2, 3, "-", "U")] // the first results count like all others
    [InlineData("up", 2, 3, "---", "UUD")]
    [InlineData("up", 2, 1, "-", "D")]
    [InlineData("up", 2, 3, "+---", "UUUD")]
    [InlineData("up", 2, 3, "+--+--+---", "UUUUUUUUUD")] // only consecutive failures count
    [InlineData("up", 2, 1, "+-", "UD")] // fall 1 drops at the first failure, as GORB does
    [InlineData("up", 2, 3, "---++", "UUDDU")]
    [InlineData("up", 2, 3, "---+-++", "UUDDDDU")]
    [InlineData("up", 1, 3, "---+", "UUDU")]
    [InlineData("down", 2, 3, "+", "U")] // the first success ends the initial down
    [InlineData("down", 2, 3, "-++", "DDU")]
    [InlineData("keep-up", 2, 3, "---", "UUD")] // one result does not reverse a kept verdict
    [InlineData("keep-down", 2, 3, "++", "DU")]
    [InlineData("keep-down", 2, 3, "-++", "DDU")]
    [InlineData("up", 3, 2, "+-+-+--+++", "UUUUUUDDDU")]
    public void Next_Results_LeadToTheVerdicts(string start, int rise, int fall, string results, string verdicts)
    {
        var state = Start(start);
        var found = results.Select(result => (state = state.Next(result == '+', rise, fall)).Verdict == Verdict.Up ? 'U' : 'D');

        string.Concat(found).Should().Be(verdicts);
    }

    [Fact]
    public void Next_FromAPresentVerdict_DecidesAtTheFirstResult() =>
        CheckState.Assume(Verdict.Down).Next(true, rise: 5, fall: 5).Verdict.Should().Be(Verdict.Up);

    [Fact]
    public void Next_CountsResultsInARow()
    {
        var state = Feed(CheckState.Start(StartPolicy.Up), "--+++");

        (state.Streak, state.LastPassed).Should().Be((3, true));
        Feed(state, "-").Streak.Should().Be(1);
    }

    [Fact]
    public void Health_IsTheShareOfSuccessesAmongTheLastHundred()
    {
        var state = CheckState.Start(StartPolicy.Up);
        state.Health.Should().Be(1);
        state = Feed(state, "+--+");
        state.Health.Should().Be(0.5);
        state = Feed(state, new string('-', 100));
        state.Health.Should().Be(0);
        state = Feed(state, new string('+', 25));
        state.Health.Should().Be(0.25);
        state.History.Count.Should().Be(100);
    }

    [Theory]
    [InlineData("", 1)] // down since the start, not yet checked
    [InlineData("+---", 1)]
    [InlineData("+----", 2)]
    [InlineData("+------", 8)]
    [InlineData("+--------", 10)] // at the limit
    [InlineData("+--------+", 1)] // a success resets the back-off
    [InlineData("+-", 1)] // not yet down
    public void NextInterval_BackOffOfTenIntervals_DoublesWhileDown(string results, int intervals)
    {
        var options = new PulseOptions { Interval = TimeSpan.FromSeconds(1), BackOff = TimeSpan.FromSeconds(10) };
        var state = Feed(CheckState.Start(results.Length == 0 ? StartPolicy.Down : StartPolicy.Up), results);

        state.NextInterval(options).Should().Be(TimeSpan.FromSeconds(intervals));
        state.NextInterval(options with { BackOff = null }).Should().Be(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void NextInterval_AfterAges_StaysBounded()
    {
        var options = new PulseOptions { Interval = TimeSpan.FromHours(1), BackOff = TimeSpan.FromDays(1) };

        Feed(CheckState.Start(StartPolicy.Up), new string('-', 5000)).NextInterval(options).Should().Be(TimeSpan.FromDays(1));
    }

    /// <summary>Compares with a direct evaluation of the rules over the whole list of results.</summary>
    [Fact]
    public void Next_RandomResults_AgreesWithThePlainReading()
    {
        var random = new Random(4672);
        for (var run = 0; run < 300; run++)
        {
            var (rise, fall) = (random.Next(1, 6), random.Next(1, 6));
            var policy = (StartPolicy)random.Next(3);
            var had = (Verdict)random.Next(2);
            var luck = random.NextDouble();
            var state = CheckState.Start(policy, had);
            var verdict = policy switch { StartPolicy.Up => true, StartPolicy.Down => false, _ => had == Verdict.Up };
            var results = new List<bool>();
            for (var i = 0; i < 150; i++)
            {
                results.Add(random.NextDouble() < luck);
                state = state.Next(results[^1], rise, fall);
                verdict = Plain(verdict, policy != StartPolicy.Keep, results, rise, fall);

                (state.Verdict == Verdict.Up).Should().Be(verdict, "run {0}, result {1}", run, i);
                state.Health.Should().BeApproximately(results.TakeLast(100).Count(passed => passed) / (double)Math.Min(results.Count, 100), 1e-9);
            }
        }
    }

    private static bool Plain(bool before, bool isProvisional, List<bool> results, int rise, int fall)
    {
        if (isProvisional && results is [true])
        {
            return true;
        }

        var needed = before ? fall : rise;
        var contrary = results.Count >= needed && results.TakeLast(needed).All(passed => passed != before);
        return contrary ? !before : before;
    }

    private static CheckState Start(string word) => word switch
    {
        "keep-up" => CheckState.Start(StartPolicy.Keep, Verdict.Up),
        "keep-down" => CheckState.Start(StartPolicy.Keep, Verdict.Down),
        _ => CheckState.Start(PolicyWords.Start.Known(word)),
    };

    private static CheckState Feed(CheckState state, string results) =>
        results.Aggregate(state, (current, result) => current.Next(result == '+', rise: 2, fall: 3));
}
