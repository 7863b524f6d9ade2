using Gorb.Health.Policy;
using Gorb.Model.Checks;
using Gorb.Model.Policy;

namespace Gorb.Tests.Health.Policy;

/// <summary>Defects in the health logic of GORB and of a fork, as they were reproduced there. These tests fail with GORB's behaviour.</summary>
public sealed class GorbDefectTests
{
    private static readonly PulseOptions Default = new();

    [Fact]
    public void NewBackend_BeforeItsFirstCheck_DoesNotDragHealthToZero()
    {
        var fresh = CheckState.Start(StartPolicy.Up);

        fresh.Health.Should().Be(1);
        EffectiveWeight.Health([new WeightInput(100, fresh.Verdict)]).Should().Be(1);
    }

    [Fact]
    public void OneFailure_WithDefaults_DropsNobody() =>
        Weight(100, Feed(CheckState.Start(StartPolicy.Up), "+++-")).Should().Be(100);

    [Fact]
    public void OneFailure_WithFallOne_DropsAtOnceAsGorbDid() =>
        Weight(100, Feed(CheckState.Start(StartPolicy.Up), "+++-", fall: 1)).Should().Be(0);

    [Fact]
    public void Recovery_AfterAHundredFailures_TakesRiseChecksNotAHundred()
    {
        var state = Feed(CheckState.Start(StartPolicy.Up), new string('-', 100));

        Weight(100, Feed(state, "+")).Should().Be(0);
        Weight(100, Feed(state, "++")).Should().Be(100);
    }

    [Fact]
    public void Recovery_OfWeightOne_IsCompleteAfterRiseChecks() =>
        Weight(1, Feed(CheckState.Start(StartPolicy.Up), "+---++")).Should().Be(1);

    [Fact]
    public void Recovery_IsNeverPartial()
    {
        var state = Feed(CheckState.Start(StartPolicy.Up), "+---");

        var weights = "++++++++".Select(_ => Weight(100, state = Feed(state, "+")));

        weights.Should().Equal(0, 100, 100, 100, 100, 100, 100, 100);
    }

    /// <summary>GORB's weights: 100, 0, 66, 75, down, and then 75 for ever.</summary>
    [Fact]
    public void FailureDuringRecovery_TakesTheTrafficAwayAgain()
    {
        var recovering = Feed(CheckState.Start(StartPolicy.Up), "+---++");
        Weight(100, recovering, upFor: TimeSpan.FromSeconds(10), slowStart: TimeSpan.FromSeconds(30)).Should().Be(33);

        var failedAgain = Feed(recovering, "---");

        Weight(100, failedAgain, slowStart: TimeSpan.FromSeconds(30)).Should().Be(0);
    }

    [Fact]
    public void PatchWhileDown_ChangesTheWishAndSendsNoTraffic()
    {
        var down = Feed(CheckState.Start(StartPolicy.Up), "+---");

        Weight(75, down).Should().Be(0, "the backend is dead, whatever weight is asked for");
        Weight(75, Feed(down, "++")).Should().Be(75, "the configured weight is restored");
    }

    [Fact]
    public void DrainWhileDown_IsNotUndoneByRecovery()
    {
        var recovered = Feed(CheckState.Start(StartPolicy.Up), "+---+++");

        Weight(0, recovered).Should().Be(0);
        EffectiveWeightOf(new WeightInput(100, recovered.Verdict, Drain: true)).Should().Be(0);
    }

    /// <summary>The fork waited for mean health 0, so after a hundred successes it needed a hundred failures.</summary>
    [Fact]
    public void ZeroToOne_AfterAHundredGoodChecks_ComesWithTheVerdict()
    {
        var state = Feed(CheckState.Start(StartPolicy.Up), new string('+', 100) + "---");
        var weights = new int[1];

        EffectiveWeight.Compute(new ServicePolicy { Fallback = Fallback.ZeroToOne }, [new WeightInput(100, state.Verdict)], weights);

        weights.Should().Equal(1);
        state.Health.Should().BeApproximately(0.97, 1e-9);
    }

    [Fact]
    public void ZeroToOne_WhenOneComesBack_EndsAtOnce()
    {
        var weights = new int[2];

        var mode = EffectiveWeight.Compute(
            new ServicePolicy { Fallback = Fallback.ZeroToOne }, [new WeightInput(100, Verdict.Up), new WeightInput(50, Verdict.Down)], weights);

        mode.Should().Be(ServiceMode.Normal);
        weights.Should().Equal(100, 0);
    }

    private static CheckState Feed(CheckState state, string results, int fall = PulseOptions.DefaultFall) =>
        results.Aggregate(state, (current, result) => current.Next(result == '+', Default.Rise, fall));

    private static int Weight(int input, CheckState state, TimeSpan? upFor = null, TimeSpan slowStart = default) =>
        EffectiveWeightOf(new WeightInput(input, state.Verdict, UpFor: upFor), slowStart);

    private static int EffectiveWeightOf(WeightInput input, TimeSpan slowStart = default)
    {
        var weights = new int[1];
        EffectiveWeight.Compute(new ServicePolicy { SlowStart = slowStart }, [input], weights);
        return weights[0];
    }
}
