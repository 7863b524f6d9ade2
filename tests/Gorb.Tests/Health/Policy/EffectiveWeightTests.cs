using System.Globalization;
using Gorb.Model.Policy;

namespace Gorb.Tests.Health.Policy;

public sealed class EffectiveWeightTests
{
    private static readonly TimeSpan HalfMinute = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A backend is its weight and a letter: u up, d down, U and D forced so (with the verdict against it), q drained and up, x drained and forced up.
    /// </summary>
    [Theory]
    [InlineData("fb-default", "0%", "100u 50u", "100 50", "Normal", 1)]
    [InlineData("fb-default", "0%", "100u 50d", "100 0", "Normal", 0.5)]
    [InlineData("fb-default", "0%", "0u 50u", "0 50", "Normal", 1)]
    [InlineData("fb-default", "0%", "100d 50d", "0 0", "Nobody", 0)]
    [InlineData("fb-default", "0%", "", "", "Nobody", 1)]
    [InlineData("fb-default", "0%", "100U 50D", "100 0", "Normal", 0.5)]
    [InlineData("fb-default", "0%", "100q 50u 7x", "0 50 0", "Normal", 1)]
    [InlineData("fb-zero-to-one", "0%", "100d 50d", "1 1", "ZeroToOne", 0)]
    [InlineData("fb-zero-to-one", "0%", "100u 50d", "100 0", "Normal", 0.5)]
    [InlineData("fb-zero-to-one", "0%", "100d 50q 7D 0d", "1 0 0 0", "ZeroToOne", 0.25)] // drained and forced down stay out
    [InlineData("sorry", "0%", "100d 50d", "0 0", "Sorry", 0)]
    [InlineData("sorry", "0%", "100u 50d", "100 0", "Normal", 0.5)]
    [InlineData("sorry", "0%", "100q", "0", "Sorry", 1)]
    [InlineData("sorry", "0%", "", "", "Sorry", 1)]
    [InlineData("fb-default", "50%", "100u 50d", "100 0", "Normal", 0.5)] // at the threshold is not below it
    [InlineData("fb-default", "51%", "100u 50d", "100 50", "HealthIgnored", 0.5)]
    [InlineData("fb-default", "30%", "100d 50d", "100 50", "HealthIgnored", 0)]
    [InlineData("fb-zero-to-one", "30%", "100d 50d", "1 1", "ZeroToOne", 0)] // said for exactly this case
    [InlineData("sorry", "30%", "100d 50d", "0 0", "Sorry", 0)]
    [InlineData("sorry", "60%", "100u 50d", "100 50", "HealthIgnored", 0.5)]
    [InlineData("fb-default", "60%", "100u 50d 9D 9q", "100 50 0 0", "HealthIgnored", 0.5)]
    [InlineData("fb-default", "100%", "100q", "0", "Nobody", 1)]
    public void Compute_Service_GivesWeightsAndMode(string fallback, string minHealthy, string backends, string weights, string mode, double health)
    {
        var policy = new ServicePolicy { Fallback = PolicyWords.Fallback.Known(fallback), MinHealthy = int.Parse(minHealthy.TrimEnd('%'), CultureInfo.InvariantCulture) };
        var wishes = Words(backends).Select(Wish).ToArray();
        var found = new int[wishes.Length];

        EffectiveWeight.Compute(policy, wishes, found).ToString().Should().Be(mode);
        string.Join(' ', found).Should().Be(weights);
        EffectiveWeight.Health(wishes).Should().Be(health);
    }

    [Theory]
    [InlineData(100, 0, 1)]
    [InlineData(100, 0.1, 1)]
    [InlineData(100, 15, 50)]
    [InlineData(100, 29.9, 99)]
    [InlineData(100, 30, 100)]
    [InlineData(100, 3000, 100)]
    [InlineData(100, -1, 100)] // a clock that went back must not hold a backend at 1
    [InlineData(1, 0, 1)]
    [InlineData(int.MaxValue, 15, int.MaxValue / 2)]
    public void Compute_SlowStart_GrowsWithTime(int weight, double secondsUp, int expected) =>
        Weight(new BackendWish(weight, Verdict.Up, UpFor: TimeSpan.FromSeconds(secondsUp)), HalfMinute).Should().Be(expected);

    [Fact]
    public void Compute_SlowStart_IsNotForTheNeverDownNorTheForced()
    {
        Weight(new BackendWish(100, Verdict.Up), HalfMinute).Should().Be(100);
        Weight(new BackendWish(100, Verdict.Up, Force: Force.Up, UpFor: TimeSpan.Zero), HalfMinute).Should().Be(100);
        Weight(new BackendWish(100, Verdict.Up, UpFor: TimeSpan.Zero), TimeSpan.Zero).Should().Be(100);
    }

    [Fact]
    public void UntilNextStep_FollowedToTheEnd_ReachesTheWeightInFewSteps()
    {
        var wish = new BackendWish(1000, Verdict.Up, UpFor: TimeSpan.Zero);
        var steps = 0;
        for (; SlowStart.UntilNextStep(wish, HalfMinute) is { } wait; steps++)
        {
            wait.Should().BeGreaterThan(TimeSpan.Zero);
            wish = wish with { UpFor = wish.UpFor + wait };
        }

        steps.Should().BeInRange(15, 25);
        Weight(wish, HalfMinute).Should().Be(1000);
    }

    [Theory]
    [InlineData("100d")]
    [InlineData("100q")]
    [InlineData("0u")]
    public void UntilNextStep_OfOneThatGetsNothing_IsNever(string backend) =>
        SlowStart.UntilNextStep(Wish(backend) with { UpFor = TimeSpan.Zero }, HalfMinute).Should().BeNull();

    [Fact]
    public void Compute_RandomServices_KeepsTheRules()
    {
        var random = new Random(4672);
        for (var run = 0; run < 5000; run++)
        {
            var policy = new ServicePolicy { Fallback = (Fallback)random.Next(3), MinHealthy = random.Next(3) * 25, SlowStart = HalfMinute * random.Next(2) };
            var wishes = Enumerable.Range(0, random.Next(6)).Select(_ => RandomWish(random)).ToArray();
            var weights = new int[wishes.Length];
            var mode = EffectiveWeight.Compute(policy, wishes, weights);

            for (var i = 0; i < wishes.Length; i++)
            {
                weights[i].Should().BeInRange(0, wishes[i].Weight);
                (weights[i] > 0 && !wishes[i].IsUsable).Should().BeFalse("people's word stands above everything");
                (weights[i] > 0 && !wishes[i].IsUp && mode is not (ServiceMode.ZeroToOne or ServiceMode.HealthIgnored)).Should().BeFalse();
                (weights[i] == 0 && wishes[i].IsUsable && wishes[i].IsUp).Should().BeFalse("one that is up always gets some");
            }

            var anyUp = wishes.Any(wish => wish.IsUsable && wish.IsUp);
            (anyUp && mode is ServiceMode.ZeroToOne or ServiceMode.Sorry or ServiceMode.Nobody && anyUp).Should().BeFalse("one is enough to end the fallback");
        }
    }

    private static BackendWish RandomWish(Random random) => new(
        random.Next(4) == 0 ? 0 : random.Next(200), (Verdict)random.Next(2), random.Next(4) == 0, (Force)random.Next(3),
        random.Next(2) == 0 ? null : TimeSpan.FromSeconds(random.Next(40)));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static BackendWish Wish(string word)
    {
        var wish = new BackendWish(int.Parse(word[..^1], System.Globalization.CultureInfo.InvariantCulture), Verdict.Up);
        return word[^1] switch
        {
            'd' => wish with { Verdict = Verdict.Down },
            'U' => wish with { Verdict = Verdict.Down, Force = Force.Up },
            'D' => wish with { Force = Force.Down },
            'q' => wish with { Drain = true },
            'x' => wish with { Drain = true, Force = Force.Up },
            _ => wish,
        };
    }

    private static int Weight(BackendWish wish, TimeSpan slowStart)
    {
        var weights = new int[1];
        EffectiveWeight.Compute(new ServicePolicy { SlowStart = slowStart }, [wish], weights);
        return weights[0];
    }
}
