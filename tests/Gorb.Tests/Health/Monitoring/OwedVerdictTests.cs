using Gorb.Model;
using Gorb.Model.Policy;
using Gorb.Tests.State;
using Gorb.Writer;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Health.Monitoring;

/// <summary>Verdicts that survive a restart are saved while no request waits: a failing store delays no failover.</summary>
public sealed class OwedVerdictTests : PulseTest
{
    private readonly BrittleStore _store = new();

    [Fact]
    public async Task StoreThatFails_HoldsUpNoVerdict_AndGetsItLater()
    {
        await PutWebAsync("""{"host": "10.9.0.100", "port": 80, "start": "keep"}""", members: """, "pulse": {"interval": "1s", "timeout": "1s", "fall": 1, "rise": 1}""");
        _store.Fails = static _ => true;
        Prober.Fail("10.9.0.21");

        await PassAsync(2);

        Weights()["10.9.0.21"].Should().Be(0);
        Saved().Should().Be(Verdict.Up);
        Daemon.Service<TableWriter>().StoreFailure.Should().Contain("full");

        _store.Fails = static _ => false;
        await PassAsync(2);

        Saved().Should().Be(Verdict.Down);
        Daemon.Service<TableWriter>().StoreFailure.Should().BeNull();
    }

    [Theory]
    [InlineData("keep", 1)]
    [InlineData("up", 0)]
    public async Task Verdict_IsWrittenOnce_AndOnlyWhereItIsKept(string start, int commits)
    {
        await PutWebAsync($$"""{"host": "10.9.0.100", "port": 80, "start": "{{start}}"}""", members: """, "pulse": {"interval": "1s", "timeout": "1s", "fall": 1, "rise": 1}""");
        await PassAsync(2);
        var before = _store.Commits;
        Prober.Fail("10.9.0.21");

        await PassAsync(5);

        _store.Commits.Should().Be(before + commits);
    }

    private protected override void Configure(IServiceCollection services) => services.AddSingleton<IStateStore>(_store);

    private Verdict Saved() => _store.Find("web")!.Backends["b1"].Health.Verdict;
}
