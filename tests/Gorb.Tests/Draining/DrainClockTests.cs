using System.Text.Json;
using Gorb.Draining;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Writer;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Draining;

/// <summary>The host's clock is set while backends drain and while they serve.</summary>
public sealed class DrainClockTests : DaemonTest
{
    private readonly ManualTime _time = new();

    private protected override async Task PrepareAsync()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "protocol": "udp"}"""); // UDP drains until the deadline
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");
        await _daemon.PutAsync("/service/web/b2", """{"host": "10.9.0.22", "port": 80}""");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-2)]
    public async Task HostClockSet_DrainTakesAsLongAsItWasGiven(int hours)
    {
        await DrainAsync("/service/web/b1?drain=30s");
        _time.AdvanceWithoutTimers(TimeSpan.FromSeconds(10));

        _time.SetHost(TimeSpan.FromHours(hours));
        _time.AdvanceWithoutTimers(TimeSpan.FromSeconds(19));
        await CheckAsync();
        Backends().Should().Be(2);

        _time.AdvanceWithoutTimers(TimeSpan.FromSeconds(1));
        await CheckAsync();
        Backends().Should().Be(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-2)]
    public async Task HostClockSet_DeadlineIsShownAndSavedByTheClockAsItIsSet(int hours)
    {
        await DrainAsync("/service/web/b1?drain=30s");
        _time.SetHost(TimeSpan.FromHours(hours));
        (await GetAsync("b1")).GetProperty("drain").GetProperty("until").GetDateTimeOffset().Should().Be(_time.GetUtcNow() + TimeSpan.FromSeconds(30));
        await CheckAsync();

        await RestartAsync();
        _time.AdvanceWithoutTimers(TimeSpan.FromSeconds(29));
        await CheckAsync();
        Backends().Should().Be(2);

        _time.AdvanceWithoutTimers(TimeSpan.FromSeconds(1));
        await CheckAsync();
        Backends().Should().Be(1);
    }

    [Fact]
    public async Task HostClockSetAfterARestart_SavedDrainTakesItsTime()
    {
        await DrainAsync("/service/web?drain=30s");
        await RestartAsync();

        _time.SetHost(TimeSpan.FromHours(5));
        await CheckAsync();
        Backends().Should().Be(2);

        _time.AdvanceWithoutTimers(TimeSpan.FromSeconds(30));
        await CheckAsync();
        _daemon.ReadKernel().Should().BeEmpty();
    }

    [Fact]
    public async Task HostClockSlewed_NothingIsWritten()
    {
        await DrainAsync("/service/web/b1?drain=30s");
        var table = _daemon.Service<TableWriter>().Current;

        _time.SetHost(TimeSpan.FromMilliseconds(900));
        await CheckAsync();

        _daemon.Service<TableWriter>().Current.Should().BeSameAs(table);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(-7)]
    public async Task HostClockSet_UptimeIsOfTimeThatPassed(int hours)
    {
        _time.AdvanceWithoutTimers(TimeSpan.FromSeconds(40));
        _time.SetHost(TimeSpan.FromHours(hours));
        _time.AdvanceWithoutTimers(TimeSpan.FromSeconds(2));

        (await GetAsync("b2")).GetProperty("metrics").GetProperty("uptime").GetInt64().Should().Be(42);
        (await _daemon.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken))
            .Should().MatchRegex("gorb_service_backend_uptime_seconds{[^}]*b2[^}]*} 42\n");
    }

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new()
    {
        Kernel = kernel,
        State = _file.Path,
        Configure = services => services.AddSingleton<TimeProvider>(_time),
    };

    private async Task DrainAsync(string path) =>
        (await _daemon.SendAsync(HttpMethod.Delete, path, null)).StatusCode.Should().Be(System.Net.HttpStatusCode.Accepted);

    private Task<JsonElement> GetAsync(string backend) => _daemon.GetAsync($"/service/web/{backend}");

    private Task CheckAsync() => _daemon.Service<Drainer>().CheckAsync();

    private int Backends() => _daemon.ReadKernel().Single().Destinations.Count;
}
