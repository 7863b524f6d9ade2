using System.Net;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Text.Json;
using Gorb.Events;
using Gorb.Model;
using Gorb.Tests.Health.Monitoring;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Events;

/// <summary>The events that /events sends to its listeners.</summary>
public sealed class EventTests : PulseTest
{
    private const string EverySecond = """, "pulse": {"interval": "1s", "timeout": "1s"}""";

    private readonly LogLines<EventSubscriber> _log = new();

    private protected override TimeSpan Resync => TimeSpan.FromSeconds(30);

    private protected override void Configure(IServiceCollection services) => services.AddSingleton<ILoggerProvider>(_log);

    [Fact]
    public async Task Changes_HealthAndRepairs_AreTold()
    {
        await using var events = await ListenAsync();
        await PutWebAsync(backends: 1, members: EverySecond);
        (await NextAsync(events)).Should().Be(("change", "web", null, "add service web: host 10.9.0.100, port 80, protocol tcp, method rr"));
        (await NextAsync(events)).Should().Match<(string, string?, string?, string Text)>(told => told.Text.StartsWith("add backend web/b1: host 10.9.0.21, port 80"));

        Prober.Fail("10.9.0.21", "connection refused");
        await PassAsync(4);
        (await NextAsync(events)).Should().Be(("health", "web", "b1", "down: connection refused"));
        Prober.Pass("10.9.0.21");
        await PassAsync(4);
        (await NextAsync(events)).Should().Be(("health", "web", "b1", "up: connected"));

        Kernel.Table.Flush();
        Clock.Advance(TimeSpan.FromSeconds(30));
        (await NextAsync(events)).Should().Be(("repair", "web", null, "something else changed the kernel's table; repaired: added tcp/10.9.0.100:80"));
        (await NextAsync(events)).Type.Should().Be("repair");

        await Daemon.DeleteAsync("/service/web");
        (await NextAsync(events)).Should().Be(("change", "web", null, "remove service web"));
    }

    [Fact]
    public async Task Listener_DoesNotHoldUpTheEndOfTheDaemon()
    {
        await using var events = await ListenAsync();
        var next = events.MoveNextAsync();

        Daemon.Service<IHostApplicationLifetime>().StopApplication();

        (await next).Should().BeFalse("the stream ends as it should");
    }

    [Fact]
    public async Task SlowListener_IsCutOff()
    {
        var (hub, cuts) = (new EventHub(new ManualTime()), 0);
        await using var slow = hub.ListenAsync(TestContext.Current.CancellationToken, () => cuts++).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await slow.MoveNextAsync();
        slow.Current.Type.Should().Be("hello");

        for (var i = 0; i < 1003; i++)
        {
            hub.Publish("change", null, null, $"number {i}");
        }

        cuts.Should().Be(1);
        (await slow.MoveNextAsync()).Should().BeFalse("what waited for it is dropped");
    }

    /// <summary>A client that never reads: its connection ends, the log says whose it was, and writers have not waited.</summary>
    [Fact]
    public async Task SlowSubscriber_LosesItsConnection_AndTheLogSaysSo()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 1 };
        await socket.ConnectAsync(IPAddress.Loopback, Daemon.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await socket.SendAsync("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        while (Daemon.Service<EventHub>().Listeners == 0)
        {
            await Task.Yield();
        }

        var text = new string('x', 100_000);
        while (_log.All.Count == 0)
        {
            Daemon.Service<EventHub>().Publish("change", null, null, text);
        }

        _log.Texts.Should().ContainSingle().Which.Should().Contain($"at 127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port} of /events read too slowly");
        while (Daemon.Service<EventHub>().Listeners > 0)
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task TooManySubscribers_AreTold_WhichLimit()
    {
        var hub = new EventHub(new ManualTime(), maxListeners: 1);
        await using var first = hub.ListenAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await first.MoveNextAsync();

        hub.Invoking(one => one.ListenAsync(TestContext.Current.CancellationToken)).Should().Throw<RequestException>().Which.Problems[0].Text.Should().Contain("--limit subscribers=1");
    }

    private async Task<IAsyncEnumerator<SseItem<string>>> ListenAsync()
    {
        var stream = await Daemon.Http.GetStreamAsync(new Uri("/events", UriKind.Relative), TestContext.Current.CancellationToken);
        var events = SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();
        await events.MoveNextAsync();
        events.Current.EventType.Should().Be("hello");
        return events;
    }

    private static async Task<(string Type, string? Service, string? Backend, string Text)> NextAsync(IAsyncEnumerator<SseItem<string>> events)
    {
        (await events.MoveNextAsync()).Should().BeTrue();
        var told = JsonDocument.Parse(events.Current.Data).RootElement;
        told.GetProperty("type").GetString().Should().Be(events.Current.EventType);
        return (events.Current.EventType, Text(told, "service"), Text(told, "backend"), Text(told, "text")!);
    }

    private static string? Text(JsonElement told, string member) => told.TryGetProperty(member, out var value) ? value.GetString() : null;
}
