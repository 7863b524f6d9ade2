using System.Globalization;
using System.Net;
using System.Text.Json;
using Gorb.History;
using Gorb.Model;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Writer;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.History;

/// <summary>GET /service/{service}/history, from the counters of a faked kernel.</summary>
public sealed class HistoryApiTests : DaemonTest
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Service_HasItsRates_AndItsBackendsFromTheFirstLookOn()
    {
        EndInterval(counted: 100);
        EndInterval(counted: 200);

        var first = await LookAsync();
        Line(first.GetProperty("service")).Should().Be("?,10", "100 connections came in 10 s; what came before the first reading is unknown");
        Line(Backend(first)).Should().Be("?,?", "nobody has looked before");

        EndInterval(counted: 300);
        EndInterval(counted: 350);
        var last = await LookAsync();
        Line(last.GetProperty("service")).Should().Be("10,5");
        Line(Backend(last)).Should().Be("?,5");
        last.GetProperty("interval").GetInt32().Should().Be(10);
        last.GetProperty("service").GetProperty("in_bytes").GetArrayLength().Should().Be(RateSeries.Length);
    }

    [Fact]
    public async Task Backends_AreFollowedForTwoMinutesAfterALook()
    {
        await LookAsync();
        EndInterval(counted: 0);
        for (var i = 1UL; i <= 15; i++)
        {
            EndInterval(counted: 100 * i);
        }

        var view = await LookAsync();

        Rates(Backend(view)).Count(static rate => rate is not null).Should().Be(10, "eleven intervals ended within the two minutes, and the first one has nothing before it");
        Rates(view.GetProperty("service")).Count(static rate => rate is not null).Should().Be(15);
    }

    [Fact]
    public async Task WhileTheKernelCannotBeRead_NothingIsKnown()
    {
        EndInterval(counted: 0);
        EndInterval(counted: 100);
        _daemon.Kernel.IsLoaded = false;
        FluentActions.Invoking(() => EndInterval(counted: 200)).Should().Throw<RequestException>();
        _daemon.Kernel.IsLoaded = true;
        EndInterval(counted: 300);
        EndInterval(counted: 400);

        Line((await LookAsync()).GetProperty("service"), 4).Should().Be("10,?,?,10");
    }

    [Fact]
    public async Task RemovedService_IsForgotten()
    {
        EndInterval(counted: 0);
        EndInterval(counted: 100);
        using var removed = await _daemon.SendAsync(HttpMethod.Delete, "/service/web", null);
        EndInterval(counted: 200);
        await PrepareAsync();

        Rates((await LookAsync()).GetProperty("service")).Should().OnlyContain(static rate => rate == null);
    }

    /// <summary>The timer of the daemon ends intervals, too.</summary>
    [Fact]
    public async Task Daemon_EndsIntervalsByItself()
    {
        var counted = 0UL;
        await Poll.UntilAsync(
            async () =>
            {
                _daemon.Kernel.Table.SetCounted(counted += 100);
                _time.Advance(RateBook.Interval);
                return Rates((await LookAsync()).GetProperty("service"))[^1] > 0;
            },
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task UnknownService_IsNotFound()
    {
        using var answer = await _daemon.SendAsync(HttpMethod.Get, "/service/none/history", null);

        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new() { Kernel = kernel, Configure = services => services.AddSingleton<TimeProvider>(_time) };

    private protected override async Task PrepareAsync()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        await _daemon.PutAsync("/service/web", """{"host": "192.0.2.1", "port": 80}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "pulse": {"type": "none"}}""");
    }

    private void EndInterval(ulong counted)
    {
        _daemon.Kernel.Table.SetCounted(counted);
        _time.AdvanceWithoutTimers(RateBook.Interval);
        _daemon.Service<RateBook>().EndInterval(_daemon.Service<TableWriter>().Current);
    }

    private Task<JsonElement> LookAsync() => _daemon.GetAsync("/service/web/history");

    private static JsonElement Backend(JsonElement view) => view.GetProperty("backends").GetProperty("b1");

    private static string Line(JsonElement rates, int last = 2) => string.Join(',', Rates(rates)[^last..].Select(static rate => rate is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known}") : "?"));

    private static float?[] Rates(JsonElement rates) => [.. rates.GetProperty("connections").EnumerateArray().Select(static rate => rate.ValueKind == JsonValueKind.Null ? (float?)null : rate.GetSingle())];
}
