using System.Diagnostics;
using Gorb.Sources.Docker;
using Gorb.Tests.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gorb.Tests.Sources.Docker;

/// <summary>The whole link, with a fake engine and a real daemon.</summary>
public sealed class DockerLinkServiceTests : DaemonTest
{
    private const string Service = "acme-web-1.2-80-tcp";
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(100);

    private readonly FakeEngine _engine = new();
    private IHost _link = null!;

    private protected override async Task PrepareAsync()
    {
        _link = Link(TimeProvider.System, TimeSpan.FromHours(1));
        _engine.Have(Web("a", 8001), Web("b", 8002));
        await _link.StartAsync(TestContext.Current.CancellationToken);
        await EventuallyWeightsAsync(100, 100);
    }

    public override async ValueTask DisposeAsync()
    {
        await _link.StopAsync();
        _link.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Kill_BeforeTheContainerIsGone_TakesTheWeight()
    {
        _engine.Happen("a", "kill", SignalName.Term);

        await EventuallyWeightsAsync(0, 100);
    }

    [Fact]
    public async Task Kill_OfTheLastContainer_HandsThePlaceToTheOneThatWaitsForIt()
    {
        _engine.Have(Web("a", 8001), Web("b", 8002), Web("c", 8003) with { Image = "acme/web:2" });
        _engine.Happen("c", "start");
        _engine.Happen("a", "kill", SignalName.Term);
        await EventuallyWeightsAsync(0, 100);

        _engine.Happen("b", "kill", SignalName.Term);

        await EventuallyWeightsAsync(0, 0, 100);
    }

    [Fact]
    public async Task Kill_ByTheStopSignalOfTheImage_TakesTheWeight_OtherSignalsDoNot()
    {
        _engine.StopSignal = 3;
        _engine.Happen("b", "kill", 1);
        _engine.Happen("a", "kill", 3);

        await EventuallyWeightsAsync(0, 100);
    }

    [Fact]
    public async Task Start_AfterAKill_GivesTheWeightBack()
    {
        _engine.Happen("a", "kill", SignalName.Term);
        await EventuallyWeightsAsync(0, 100);
        _engine.Happen("a", "start");

        await EventuallyWeightsAsync(100, 100);
    }

    [Fact]
    public async Task Die_WhileTheListStillHasIt_RemovesIt_UntilItStartsAgain()
    {
        _engine.Happen("a", "kill", SignalName.Term);
        await EventuallyWeightsAsync(0, 100);
        _engine.Happen("a", "die");
        await EventuallyWeightsAsync(100);
        _engine.Happen("a", "start");

        await EventuallyWeightsAsync(100, 100);
    }

    [Fact]
    public async Task Event_OfAnyKind_IsALookAtTheList()
    {
        _engine.Have(Web("b", 8002));
        _engine.Happen("a", "die");

        await EventuallyWeightsAsync(100);
    }

    [Fact]
    public async Task LostStream_WithoutAnyEvent_IsALookAtTheList()
    {
        _engine.Have(Web("a", 8001), Web("b", 8002), Web("c", 8003));
        _engine.Lose();

        await EventuallyWeightsAsync(100, 100, 100);
    }

    [Fact]
    public async Task Defect_OfWhateverKind_IsABeginningAnew()
    {
        _engine.Have(Web("b", 8002));
        _engine.FailOnce(new AggregateException("unheard of"));
        _engine.Happen("a", "die");

        await EventuallyWeightsAsync(100);
    }

    [Fact]
    public async Task Pull_OfANewerImageOfTheName_ChangesNothing()
    {
        var (a, b, c) = (Web("a", 8001) with { Image = "sha256:1a2b" }, Web("b", 8002) with { Image = "sha256:1a2b" }, Web("c", 8003));
        _engine.Have(a, b, c);
        _engine.Happen("c", "start");
        await EventuallyWeightsAsync(100, 100, 100);

        (await _daemon.GetAsync("/service")).EnumerateArray().Select(name => name.GetString()).Should().Equal(Service);
        _engine.Inspections.Should().Be(2);
    }

    [Fact]
    public async Task Resync_AfterTheClockWasSetBack_GoesOn()
    {
        var clock = new ManualTime();
        using var link = Link(clock, TimeSpan.FromMilliseconds(50));
        await link.StartAsync(TestContext.Current.CancellationToken);
        await LoseAsync();
        await EventuallyWeightsAsync(clock, 100, 100);

        clock.SetHost(-TimeSpan.FromHours(1));
        await LoseAsync();

        await EventuallyWeightsAsync(clock, 100, 100);
        await link.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>SIGHUP asks for a sync; otherwise the next comparison with the Gorb is an hour away.</summary>
    [Fact]
    public async Task AskForSync_BackendThatTheGorbLost_IsThereAgainAtOnce()
    {
        await LoseAsync();

        _link.Services.GetRequiredService<DockerLinkService>().AskForSync();

        await EventuallyWeightsAsync(100, 100);
    }

    /// <summary>Removes the backend of container a from the Gorb.</summary>
    private async Task LoseAsync()
    {
        await _daemon.PutAsync("/config?source=docker/host1", $$"""{"services": {"{{Service}}": {"host": "10.9.0.100", "port": 80, "grace": "1m", "backends": {"b-8002-tcp": {"host": "127.0.0.1", "port": 8002} } } } }""");
    }

    private IHost Link(TimeProvider time, TimeSpan resync)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        builder.Services.AddSingleton(time);
        builder.Services.AddDockerLink(new DockerLinkOptions { Gorbs = [_daemon.Http.BaseAddress!], Device = "lo", Resync = resync, Rules = Containers.AnyVip });
        builder.Services.AddSingleton<IEngine>(_engine);
        return builder.Build();
    }

    private static Container Web(string name, int port) => Containers.Web(name, [$"{port}:80/tcp"], ("gorb.vip", "10.9.0.100"));

    private Task EventuallyWeightsAsync(params int[] weights) => EventuallyWeightsAsync(time: null, weights);

    /// <summary>Waits until the kernel has the weights; advances the clock while it waits, if the test has one.</summary>
    private async Task EventuallyWeightsAsync(ManualTime? time, params int[] weights)
    {
        var clock = Stopwatch.StartNew();
        while (!Weights().SequenceEqual(weights))
        {
            time?.Advance(TimeSpan.FromMilliseconds(50));
            clock.Elapsed.Should().BeLessThan(LongEnough, "the weights should be {0} by then, and are {1}", weights, Weights());
            await Task.Yield();
        }
    }

    private List<int> Weights() =>
        [.. _daemon.ReadKernel().SelectMany(service => service.Destinations).OrderBy(entry => entry.Destination.Key.Port).Select(entry => entry.Destination.Weight)];
}
