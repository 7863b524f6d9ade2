using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Wire;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Writer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.State;

/// <summary>Another program reverts every repair of a managed entry.</summary>
public sealed class ContestTests : DaemonTest
{
    private static readonly ServiceKey Web = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80);
    private readonly ManualTime _time = new();
    private readonly LogLines<TableWriter> _log = new();

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new()
    {
        Kernel = kernel,
        Resync = TimeSpan.FromSeconds(30),
        Configure = services => services.AddSingleton<TimeProvider>(_time).AddSingleton<ILoggerProvider>(_log),
    };

    private IEnumerable<string> Contests => _log.Texts.Where(static line => line.StartsWith("Something else keeps changing", StringComparison.Ordinal));

    /// <summary>Another program wants another weight for the same backend.</summary>
    [Fact]
    public async Task Repair_EntryChangedBackEachTime_IsRepairedEverMoreSeldom_AndNamedOnce()
    {
        await FillAsync();
        var mine = Find("10.9.0.21");

        var repairs = await ContestAsync(mine, TimeSpan.FromMinutes(20));

        repairs.Should().Be(7, "it is due after 30, 60 and 90 s, and then after pauses of 1, 2, 4 and 8 minutes");
        Contests.Should().ContainSingle().Which.Should().Contain(" 10.9.0.21:80 of tcp/10.9.0.100:80;").And.Contain("keepalived");
        var ready = await _daemon.GetAsync("/readyz");
        ready.GetProperty("ready").GetBoolean().Should().BeTrue();
        ready.GetProperty("warnings").EnumerateArray().Should().ContainSingle().Which.GetString().Should().Contain("10.9.0.21:80 of tcp/10.9.0.100:80");
        (await _daemon.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken)).Should().Contain("gorb_contested_entries 1\n");
    }

    [Fact]
    public async Task Resync_ContestedEntryThatIsLeftAlone_IsRepairedAndThenForgotten()
    {
        await FillAsync();
        var mine = Find("10.9.0.21");
        await ContestAsync(mine, TimeSpan.FromMinutes(20));

        await PassAsync(TimeSpan.FromMinutes(16));
        Find("10.9.0.21").Should().Be(mine);
        (await _daemon.GetAsync("/readyz")).GetProperty("warnings").GetArrayLength().Should().Be(1);

        await PassAsync(TimeSpan.FromMinutes(33));
        (await _daemon.GetAsync("/readyz")).GetProperty("warnings").GetArrayLength().Should().Be(0);
    }

    /// <summary>A contested entry's pause delays neither changes of that entry through the API nor repairs of other entries.</summary>
    [Fact]
    public async Task Resync_ContestedEntry_HoldsUpNeitherWritesNorOtherRepairs()
    {
        await FillAsync();
        await _daemon.PutAsync("/service/web/b2", """{"host": "10.9.0.22", "port": 80}""");
        var (mine, other) = (Find("10.9.0.21"), Find("10.9.0.22"));
        await ContestAsync(mine, TimeSpan.FromMinutes(20));

        Change(new IpvsChange.UpdateDestination(Web, other with { Weight = 1 }));
        await PassAsync(TimeSpan.FromSeconds(30));
        (Find("10.9.0.21").Weight, Find("10.9.0.22").Weight).Should().Be((3, 100));

        await _daemon.PatchAsync("/service/web/b1", """{"weight": 7}""");
        (Find("10.9.0.21").Weight, Find("10.9.0.22").Weight).Should().Be((7, 100));
    }

    [Fact]
    public async Task AskForRepair_ContestedEntry_RepairsItAtOnce()
    {
        await FillAsync();
        var mine = Find("10.9.0.21");
        await ContestAsync(mine, TimeSpan.FromMinutes(20));
        Find("10.9.0.21").Should().NotBe(mine);

        _daemon.Service<TableWriter>().RequestRepair();
        await _daemon.Service<TableWriter>().ChangeAsync(static _ => { });

        Find("10.9.0.21").Should().Be(mine);
        (await _daemon.GetAsync("/readyz")).GetProperty("warnings").GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task Resync_ServiceRemovedEachTime_IsAlwaysPutBack()
    {
        await FillAsync();
        for (var period = 0; period < 20; period++)
        {
            _daemon.Kernel.Table.Flush();
            await PassAsync(TimeSpan.FromSeconds(30));
            _daemon.ReadKernel().Should().ContainSingle().Which.Destinations.Should().ContainSingle();
        }
    }

    /// <summary>Differences that failed requests left in the kernel come from Gorb itself and are not contested.</summary>
    [Fact]
    public async Task Resync_AfterRequestsThatFailed_IsNoContest()
    {
        await FillAsync();
        _daemon.Kernel.Refuse = static request => request.IpvsCommand == IpvsCommand.NewDestination ? Errno.ENOMEM : Errno.None;
        for (var time = 0; time < 5; time++)
        {
            _daemon.Kernel.LoseReplies = 2; // the kernel sets the weight and refuses the new backend, and the writer gets no reply to either
            var answer = await _daemon.SendAsync(HttpMethod.Put, "/config",
                """{"services": {"web": {"host": "10.9.0.100", "port": 80, "backends": {"b1": {"host": "10.9.0.21", "port": 80, "weight": 7}, "b2": {"host": "10.9.0.22", "port": 80}}}}}""");
            answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            await PassAsync(TimeSpan.FromSeconds(30));
            Find("10.9.0.21").Weight.Should().Be(100);
        }

        _daemon.Service<TableWriter>().Repairs.Should().Be(5);
        Contests.Should().BeEmpty();
    }

    [Fact]
    public async Task Resync_EntryChangedNowAndThen_IsRepairedAtOnceEachTime()
    {
        await FillAsync();
        var mine = Find("10.9.0.21");
        for (var time = 0; time < 5; time++)
        {
            await PassAsync(TimeSpan.FromMinutes(6));
            Change(new IpvsChange.UpdateDestination(Web, mine with { Weight = 3 }));
            await PassAsync(TimeSpan.FromSeconds(30));
            Find("10.9.0.21").Should().Be(mine);
        }

        Contests.Should().BeEmpty();
    }

    /// <summary>Reverts each repair of an entry for the given time.</summary>
    /// <returns>The number of repairs.</returns>
    private async Task<int> ContestAsync(Destination mine, TimeSpan time)
    {
        var repairs = -1;
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(30))
        {
            repairs += Undo(mine);
            await PassAsync(TimeSpan.FromSeconds(30));
        }

        return repairs + Undo(mine);
    }

    private Destination Find(string address) =>
        _daemon.ReadKernel().Single().Destinations.Single(entry => entry.Destination.Key.Address.Equals(IPAddress.Parse(address))).Destination;

    private int Undo(Destination mine)
    {
        if (Find("10.9.0.21") != mine)
        {
            return 0;
        }

        Change(new IpvsChange.UpdateDestination(Web, mine with { Weight = 3 }));
        return 1;
    }

    private async Task FillAsync()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");
    }

    private void Change(params IpvsChange[] changes) =>
        _daemon.ChangeKernel(kernel => kernel.Apply(changes).Should().OnlyContain(result => result.Succeeded));

    private async Task PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        await _daemon.Service<TableWriter>().ChangeAsync(static _ => { }); // queued behind the timer's wake-up of the writer, so it completes after the comparison
    }
}
