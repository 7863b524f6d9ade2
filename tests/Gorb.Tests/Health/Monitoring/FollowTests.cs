using Gorb.Health.Monitoring;
using Gorb.Model;
using Gorb.Writer;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gorb.Tests.Health.Monitoring;

/// <summary>The monitor follows the wanted table, even when it reads changes late.</summary>
public sealed class FollowTests : PulseTest
{
    private const string Backend = """{"host": "10.9.0.21", "port": 80}""";

    [Fact]
    public async Task MonitorThatIsSeveralTablesBehind_MissesNothing()
    {
        await PutWebAsync(backends: 2);
        var late = Monitor();
        late.Tick();
        Names(late).Should().BeEquivalentTo("web/b1", "web/b2");

        await Daemon.DeleteAsync("/service/web/b1");
        await Daemon.PutAsync("/service/dns", """{"host": "10.9.0.101", "port": 53}""");
        await Daemon.PutAsync("/service/dns/d1", Backend);
        await Daemon.PutAsync("/service/gone", """{"host": "10.9.0.102", "port": 80}""");
        await Daemon.PutAsync("/service/gone/g1", Backend);
        await Daemon.DeleteAsync("/service/gone");
        await Daemon.PutAsync("/service/web/b3", """{"host": "10.9.0.23", "port": 80}""");
        late.IsIdle.Should().BeFalse();
        late.Tick();

        Names(late).Should().BeEquivalentTo("web/b2", "web/b3", "dns/d1");
    }

    [Fact]
    public async Task BackendThatWentAndCameBackUnseen_IsAnotherOne()
    {
        await PutWebAsync(backends: 1);
        var late = Monitor();
        late.Tick();

        await Daemon.DeleteAsync("/service/web/b1");
        await Daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.99", "port": 80}""");
        late.Tick();

        late.Find("web", "b1")!.Checks.Should().ContainSingle().Which.Target.Host.Should().Be("10.9.0.99");
    }

    [Fact]
    public async Task MonitorThatBeginsLate_SeesTheWholeTable()
    {
        await PutWebAsync(backends: 3);

        var late = Monitor();
        late.Tick();

        Names(late).Should().BeEquivalentTo("web/b1", "web/b2", "web/b3");
    }

    /// <summary>A second monitor beside the daemon's own, which runs only when the test calls it.</summary>
    private PulseMonitor Monitor() =>
        new(Daemon.Service<TableWriter>(), Prober, Bound, new CheckMetrics(), new EventHub(Clock), new SteadyClock(Clock), NullLogger<PulseMonitor>.Instance);

    private static IEnumerable<string> Names(PulseMonitor monitor) => monitor.All().Select(report => $"{report.Service}/{report.Backend}");
}
