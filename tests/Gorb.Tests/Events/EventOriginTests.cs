using System.Globalization;
using System.Net;
using Gorb.Draining;
using Gorb.Ipvs.Processes;
using Gorb.Model;
using Gorb.Platform;
using Gorb.Sources.Files;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Writer;

namespace Gorb.Tests.Events;

/// <summary>The client and the source that an event names for a change.</summary>
public sealed class EventOriginTests : DaemonTest
{
    private static readonly ChangeOrigin One = new("192.0.2.1", "api");
    private static readonly ChangeOrigin Other = new("192.0.2.2", "docker/one");

    public EventOriginTests() => _file.Write("services: {}"u8.ToArray());

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new() { Kernel = kernel, Config = _file.Path };

    [Fact]
    public async Task Request_IsTheClientsUserAndTheApi()
    {
        await using var events = await ListenAsync();

        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        (await NextAsync(events)).Should().Be(("web", null, SystemNames.Actor(CurrentUser.Id), "api"));

        await _daemon.PutAsync("/config", "services: {}");
        (await NextAsync(events)).Should().Be(("web", null, SystemNames.Actor(CurrentUser.Id), "api"));
    }

    [Fact]
    public async Task EndOfADrain_IsTheDrains_AndNobodysWish()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");
        (await _daemon.SendAsync(HttpMethod.Delete, "/service/web/b1?drain=30s", null)).StatusCode.Should().Be(HttpStatusCode.Accepted);
        await using var events = await ListenAsync();

        await _daemon.Service<Drainer>().CheckAsync();

        (await NextAsync(events)).Should().Be(("web", "b1", "drain", null));
    }

    [Fact]
    public async Task File_IsItsOwnSource()
    {
        await using var events = await ListenAsync();
        var file = _daemon.Service<ConfigFile>();

        _file.Write("services: {web: {host: 10.9.0.100, port: 80}}"u8.ToArray());
        file.AskForRead();
        await file.PollAsync(TestContext.Current.CancellationToken);

        (await NextAsync(events)).Should().Be(("web", null, "file", "file"));
    }

    [Fact]
    public async Task ChangesOfTwoClientsInOneBatch_AreToldApart()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/web/b2", """{"host": "10.9.0.22", "port": 80}""");
        await using var events = await ListenAsync();
        var tableWriter = _daemon.Service<TableWriter>();

        Task[] changes;
        using (new HeldWriter(_daemon))
        {
            changes =
            [
                tableWriter.ChangeAsync(One, static transaction => PutBackend(transaction, 1)),
                tableWriter.ChangeAsync(Other, static transaction => PutBackend(transaction, 3)),
                tableWriter.ChangeAsync(One, static transaction => transaction.Remove(transaction.Get("web"), transaction.Get("web", "b2").Backend)),
                tableWriter.ChangeAsync(One, static transaction => transaction.Put(transaction.Get("web") with { Spec = transaction.Get("web").Spec with { Method = "rr" } })),
            ];
        }

        await Task.WhenAll(changes);

        (await NextAsync(events)).Should().Be(("web", null, One.Actor, One.Source));
        (await NextAsync(events)).Should().Be(("web", "b1", One.Actor, One.Source));
        (await NextAsync(events)).Should().Be(("web", "b2", One.Actor, One.Source));
        (await NextAsync(events)).Should().Be(("web", "b3", Other.Actor, Other.Source));
    }

    private static void PutBackend(Transaction transaction, int number)
    {
        var spec = new BackendSpec { Host = "", Address = IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"10.9.0.2{number}")), Port = 80 };
        var web = transaction.Get("web");
        transaction.Put(web, Backend.Create(string.Create(CultureInfo.InvariantCulture, $"b{number}"), spec, DateTimeOffset.UnixEpoch, web.Spec));
    }

    private async Task<IAsyncEnumerator<Event>> ListenAsync()
    {
        var events = _daemon.Service<EventHub>().ListenAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await events.MoveNextAsync();
        events.Current.Type.Should().Be("hello");
        return events;
    }

    private static async Task<(string? Service, string? Backend, string? Actor, string? Source)> NextAsync(IAsyncEnumerator<Event> events)
    {
        (await events.MoveNextAsync()).Should().BeTrue();
        events.Current.Type.Should().Be("change");
        return (events.Current.Service, events.Current.Backend, events.Current.Actor, events.Current.Source);
    }
}
