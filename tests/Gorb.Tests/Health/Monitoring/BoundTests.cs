using Gorb.Health.Monitoring;

namespace Gorb.Tests.Health.Monitoring;

/// <summary>Limits of this machine do not count as failures of the backends.</summary>
public sealed class BoundTests : PulseTest
{
    private const string EverySecond = """, "pulse": {"interval": "1s", "timeout": "1s"}""";

    private protected override CheckBound Bound => new(Files: 0);

    [Fact]
    public async Task ChecksAtATime_AreBounded_AndTheNextStartsWhenOneEnds()
    {
        Bound.Checks.Should().Be(16);
        for (var i = 1; i <= 20; i++)
        {
            Prober.Silence($"10.9.0.2{i}");
        }

        await PutWebAsync(backends: 20, members: EverySecond);
        await PassAsync(3);
        Prober.Started.Should().HaveCount(16);

        Prober.EndOne();
        await PassAsync(0);

        Prober.Started.Should().HaveCount(17);
    }

    [Fact]
    public async Task CheckThatThisMachineCannotCarryOut_TakesNobodyOut()
    {
        await PutWebAsync(backends: 1, members: EverySecond);
        await PassAsync(2);
        Prober.Cripple("10.9.0.21");

        await PassAsync(10);

        Prober.Count("10.9.0.21").Should().BeGreaterThan(5, "it is tried again");
        Weights()["10.9.0.21"].Should().Be(100);
    }
}
