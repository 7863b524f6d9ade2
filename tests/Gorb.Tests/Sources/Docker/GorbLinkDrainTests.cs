namespace Gorb.Tests.Sources.Docker;

/// <summary>What becomes of the services and backends of containers that pause, stop or are gone.</summary>
public sealed class GorbLinkDrainTests : GorbLinkTest
{
    [Fact]
    public async Task Sync_ServiceWithoutContainers_GoesAfterItsGrace()
    {
        using var link = Link();
        await SyncAsync(link, Web("a", 8001));
        await SyncAsync(link);

        await PassAsync(link, TimeSpan.FromSeconds(59));
        (await NamesAsync()).Should().Equal(Service);
        await PassAsync(link, TimeSpan.FromSeconds(1));

        (await NamesAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Sync_ServiceWithoutContainers_KeepsItsGraceWhenTheClockIsSetForward()
    {
        using var link = Link();
        await SyncAsync(link, Web("a", 8001));
        await SyncAsync(link);
        _time.SetHost(TimeSpan.FromHours(1));
        await PassAsync(link, TimeSpan.FromSeconds(1));

        (await NamesAsync()).Should().Equal(Service);
    }

    [Fact]
    public async Task Sync_ContainerThatComesBackWithinTheGrace_KeepsItsService()
    {
        using var link = Link();
        await SyncAsync(link, Web("a", 8001));
        await SyncAsync(link);
        _time.AdvanceWithoutTimers(TimeSpan.FromSeconds(50));
        await SyncAsync(link, Web("a", 8002));
        await SyncAsync(link);
        await PassAsync(link, TimeSpan.FromSeconds(50));

        (await NamesAsync()).Should().Equal(Service);
    }

    [Fact]
    public async Task Sync_RestAndReturn_DrainAndUndrain_ButAnOperatorsDrainStays()
    {
        using var link = Link();
        await SyncAsync(link, Web("a", 8001), Web("b", 8002));
        await _daemon.PatchAsync($"/service/{Service}/b-8002-tcp", """{"drain": true}""");

        await link.SyncAsync(_reader.Read([Web("a", 8001), Web("b", 8002)], new Dictionary<string, string> { ["id-a"] = "paused" }), refresh: true, Token);
        (await WeightsAsync()).Should().Equal(0, 0);
        await SyncAsync(link, Web("a", 8001), Web("b", 8002));

        (await WeightsAsync()).Should().Equal(100, 0);
    }

    [Fact]
    public async Task Sync_WeightsThatAnOperatorSet_AreKept()
    {
        using var link = Link();
        await SyncAsync(link, Web("a", 8001));
        await _daemon.PatchAsync($"/service/{Service}/a-8001-tcp", """{"weight": 7}""");
        await SyncAsync(link, Web("a", 8001));

        (await WeightsAsync()).Should().Equal(7);
    }

    [Fact]
    public async Task Sync_ContainerWithDrainLabel_RunsEmpty_OnceAskedFor()
    {
        using var link = Link();
        await SyncAsync(link, Web("a", 8001, ("gorb.drain", "1h")), Web("b", 8002));
        _daemon.Kernel.Table.SetConnections(8001, 3);
        await SyncAsync(link, Web("b", 8002));
        var until = await UntilAsync();
        await SyncAsync(link, Web("b", 8002));

        (await UntilAsync()).Should().Be(until, "a removal that has begun is not begun again");
        await SyncAsync(link, Web("a", 8001), Web("b", 8002));
        (await WeightsAsync()).Should().Equal(100, 100);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sync_ContainerThatRunsEmpty_IsLeftInPeaceByALinkThatBeginsAnew(bool hasRested)
    {
        using (var link = Link())
        {
            await SyncAsync(link, Web("a", 8001, ("gorb.drain", "1h")), Web("b", 8002));
            _daemon.Kernel.Table.SetConnections(8001, 3);
            var quiesced = hasRested ? new Dictionary<string, string> { ["id-a"] = "stopping" } : Containers.NoneQuiesced;
            await link.SyncAsync(_reader.Read([Web("a", 8001, ("gorb.drain", "1h")), Web("b", 8002)], quiesced), refresh: true, Token);
            await SyncAsync(link, Web("b", 8002));
        }

        var until = await UntilAsync();
        using var again = Link();
        await SyncAsync(again, Web("b", 8002));

        (await BackendsAsync()).Should().Equal("a-8001-tcp", "b-8002-tcp");
        (await UntilAsync()).Should().Be(until);
        await SyncAsync(again, Web("a", 8001), Web("b", 8002));
        (await WeightsAsync()).Should().Equal(100, 100);
    }

    [Fact]
    public async Task Sync_GoneContainerThatOnlyRested_IsRemovedByALinkThatBeginsAnew()
    {
        using (var link = Link())
        {
            await link.SyncAsync(_reader.Read([Web("a", 8001), Web("b", 8002)], new Dictionary<string, string> { ["id-a"] = "paused" }), refresh: true, Token);
        }

        using var again = Link();
        await SyncAsync(again, Web("b", 8002));

        (await BackendsAsync()).Should().Equal("b-8002-tcp");
    }

    private async Task<DateTimeOffset> UntilAsync() =>
        (await _daemon.GetAsync($"/service/{Service}/a-8001-tcp")).GetProperty("drain").GetProperty("until").GetDateTimeOffset();

    private async Task<IReadOnlyList<int>> WeightsAsync()
    {
        var names = await BackendsAsync();
        var weights = new List<int>();
        foreach (var name in names)
        {
            weights.Add((await _daemon.GetAsync($"/service/{Service}/{name}")).GetProperty("kernel").GetProperty("weight").GetInt32());
        }

        return weights;
    }
}
