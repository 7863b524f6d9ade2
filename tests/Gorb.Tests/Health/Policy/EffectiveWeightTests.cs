using System.Globalization;
using Gorb.Model.Policy;

namespace Gorb.Tests.Health.Policy;

public sealed class EffectiveWeightTests
{
    private static readonly TimeSpan HalfMinute = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A backend is its weight and a letter: u up, d down, U forced up, D forced down (each against the verdict), q drained and up, x drained and forced up.
    /// </summary>
    [Theory]
    [InlineData("fb-default", "0%", "100u 50u", "100 50", "Normal", 1)]
    [InlineData("fb-default", "0%", "100u 50d", "100 0", "Normal", 0.5)]
    [InlineData("fb-default", "0%", "0u 50u", "0 50", "Normal", 1)]
    [InlineData("fb-default", "0%", "100d 50d", "0 0", "AllDown", 0)]
    [InlineData("fb-default", "0%", "", "", "AllDown", 1)]
    [InlineData("fb-default", "0%", "100U 50D", "100 0", "Normal", 0.5)]
    [InlineData("fb-default", "0%", "100q 50u 7x", "0 50 0", "Normal", 1)]
    [InlineData("fb-zero-to-one", "0%", "100d 50d", "1 1", "ZeroToOne", 0)]
    [InlineData("fb-zero-to-one", "0%", "100u 50d", "100 0", "Normal", 0.5)]
    [InlineData("fb-zero-to-one", "0%", "100d 50q 7D 0d", "1 0 0 0", "ZeroToOne", 0.25)] // drained and forced-down backends stay out
    [InlineData("sorry", "0%", "100d 50d", "0 0", "Sorry", 0)]
    [InlineData("sorry", "0%", "100u 50d", "100 0", "Normal", 0.5)]
    [InlineData("sorry", "0%", "100q", "0", "Sorry", 1)]
    [InlineData("sorry", "0%", "", "", "Sorry", 1)]
    [InlineData("fb-default", "50%", "100u 50d", "100 0", "Normal", 0.5)] // the threshold itself counts as healthy enough
    [InlineData("fb-default", "51%", "100u 50d", "100 50", "HealthIgnored", 0.5)]
    [InlineData("fb-default", "30%", "100d 50d", "100 50", "HealthIgnored", 0)]
    [InlineData("fb-zero-to-one", "30%", "100d 50d", "1 1", "ZeroToOne", 0)] // with every backend down, zero-to-one takes precedence over ignoring health
    [InlineData("sorry", "30%", "100d 50d", "0 0", "Sorry", 0)]
    [InlineData("sorry", "60%", "100u 50d", "100 50", "HealthIgnored", 0.5)]
    [InlineData("fb-default", "60%", "100u 50d 9D 9q", "100 50 0 0", "HealthIgnored", 0.5)]
    [InlineData("fb-default", "100%", "100q", "0", "AllDown", 1)]
    public void Compute_Service_GivesWeightsAndMode(string fallback, string minHealthy, string backends, string weights, string mode, double health)
    {
        var policy = new ServicePolicy { Fallback = PolicyWords.Fallback.Known(fallback), MinHealthy = int.Parse(minHealthy.TrimEnd('%'), CultureInfo.InvariantCulture) };
        var inputs = Words(backends).Select(Input).ToArray();
        var found = new int[inputs.Length];

        EffectiveWeight.Compute(policy, inputs, found).ToString().Should().Be(mode);
        string.Join(' ', found).Should().Be(weights);
        EffectiveWeight.Health(inputs).Should().Be(health);
    }

    [Theory]
    [InlineData(100, 0, 1)]
    [InlineData(100, 0.1, 1)]
    [InlineData(100, 15, 50)]
    [InlineData(100, 29.9, 99)]
    [InlineData(100, 30, 100)]
    [InlineData(100, 3000, 100)]
    [InlineData(100, -1, 100)] // a clock that is set back must not keep a backend at weight 1
    [InlineData(1, 0, 1)]
    [InlineData(int.MaxValue, 15, int.MaxValue / 2)]
    public void Compute_SlowStart_GrowsWithTime(int weight, double secondsUp, int expected) =>
        Weight(new WeightInput(weight, Verdict.Up, UpFor: TimeSpan.FromSeconds(secondsUp)), HalfMinute).Should().Be(expected);

    [Fact]
    public void Compute_SlowStart_IsNotForTheNeverDownNorTheForced()
    {
        Weight(new WeightInput(100, Verdict.Up), HalfMinute).Should().Be(100);
        Weight(new WeightInput(100, Verdict.Up, Force: Force.Up, UpFor: TimeSpan.Zero), HalfMinute).Should().Be(100);
        Weight(new WeightInput(100, Verdict.Up, UpFor: TimeSpan.Zero), TimeSpan.Zero).Should().Be(100);
    }

    [Fact]
    public void UntilNextStep_FollowedToTheEnd_ReachesTheWeightInFewSteps()
    {
        var input = new WeightInput(1000, Verdict.Up, UpFor: TimeSpan.Zero);
        var steps = 0;
        for (; SlowStart.UntilNextStep(input, HalfMinute) is { } wait; steps++)
        {
            wait.Should().BeGreaterThan(TimeSpan.Zero);
            input = input with { UpFor = input.UpFor + wait };
        }

        steps.Should().BeInRange(15, 25);
        Weight(input, HalfMinute).Should().Be(1000);
    }

    [Theory]
    [InlineData("100d")]
    [InlineData("100q")]
    [InlineData("0u")]
    public void UntilNextStep_OfOneThatGetsNothing_IsNever(string backend) =>
        SlowStart.UntilNextStep(Input(backend) with { UpFor = TimeSpan.Zero }, HalfMinute).Should().BeNull();

    [Fact]
    public void Compute_RandomServices_KeepsTheRules()
    {
        var random = new Random(4672);
        for (var run = 0; run < 5000; run++)
        {
            var policy = new ServicePolicy { Fallback = (Fallback)random.Next(3), MinHealthy = random.Next(3) * 25, SlowStart = HalfMinute * random.Next(2) };
            var inputs = Enumerable.Range(0, random.Next(6)).Select(_ => RandomInput(random)).ToArray();
            var weights = new int[inputs.Length];
            var mode = EffectiveWeight.Compute(policy, inputs, weights);

            for (var i = 0; i < inputs.Length; i++)
            {
                weights[i].Should().BeInRange(0, inputs[i].Weight);
                (weights[i] > 0 && !inputs[i].IsUsable).Should().BeFalse("configuration and operator override the checks");
                (weights[i] > 0 && !inputs[i].IsUp && mode is not (ServiceMode.ZeroToOne or ServiceMode.HealthIgnored)).Should().BeFalse();
                (weights[i] == 0 && inputs[i].IsUsable && inputs[i].IsUp).Should().BeFalse("a backend that is up always has a weight");
            }

            var anyUp = inputs.Any(input => input.IsUsable && input.IsUp);
            (anyUp && mode is ServiceMode.ZeroToOne or ServiceMode.Sorry or ServiceMode.AllDown && anyUp).Should().BeFalse("one is enough to end the fallback");
        }
    }

    private static WeightInput RandomInput(Random random) => new(
        random.Next(4) == 0 ? 0 : random.Next(200), (Verdict)random.Next(2), random.Next(4) == 0, (Force)random.Next(3),
        random.Next(2) == 0 ? null : TimeSpan.FromSeconds(random.Next(40)));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static WeightInput Input(string word)
    {
        var input = new WeightInput(int.Parse(word[..^1], System.Globalization.CultureInfo.InvariantCulture), Verdict.Up);
        return word[^1] switch
        {
            'd' => input with { Verdict = Verdict.Down },
            'U' => input with { Verdict = Verdict.Down, Force = Force.Up },
            'D' => input with { Force = Force.Down },
            'q' => input with { Drain = true },
            'x' => input with { Drain = true, Force = Force.Up },
            _ => input,
        };
    }

    private static int Weight(WeightInput input, TimeSpan slowStart)
    {
        var weights = new int[1];
        EffectiveWeight.Compute(new ServicePolicy { SlowStart = slowStart }, [input], weights);
        return weights[0];
    }
}
