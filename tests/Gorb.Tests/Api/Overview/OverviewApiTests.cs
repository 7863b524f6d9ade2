using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gorb.Ipvs;

namespace Gorb.Tests.Api.Overview;

/// <summary>GET /service?view=full, and GET /events?deltas=true, which keeps it up to date.</summary>
public sealed class OverviewApiTests : DaemonTest
{
    [Fact]
    public async Task Overview_HasWhatADashboardShows()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "weight": 50, "force": "up", "pulse": {"type": "none"}}""");
        await _daemon.PutAsync("/service/marked", """{"fwmark": 7}""");
        var key = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80);
        _daemon.ChangeKernel(kernel => kernel.Apply([new IpvsChange.AddDestination(key, new Destination(new DestinationKey(IPAddress.Parse("10.9.0.99"), 80)))]));

        var services = (await GetAsync())["services"]!;

        var web = services["web"]!;
        (web["address"]!.GetValue<string>(), web["port"]!.GetValue<int>(), web["protocol"]!.GetValue<string>(), web["state"]!.GetValue<string>()).Should().Be(("10.9.0.100", 80, "tcp", "up"));
        web["unmanaged"]!.ToJsonString().Should().Be("""["10.9.0.99:80"]""");
        var b1 = web["backends"]!["b1"]!;
        (b1["state"]!.GetValue<string>(), b1["reason"]!.GetValue<string>(), b1["weight"]!.GetValue<int>(), b1["kernel"]!["weight"]!.GetValue<int>()).Should().Be(("up", "forced up", 50, 50));
        services["marked"]!["fwmark"]!.GetValue<int>().Should().Be(7);
        services["marked"]!["state"]!.GetValue<string>().Should().Be("empty");
    }

    [Fact]
    public async Task UnknownView_IsRefused()
    {
        using var answer = await _daemon.SendAsync(HttpMethod.Get, "/service?view=all", null);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("must be full, or absent for the names");
    }

    [Fact]
    public async Task Since_NeedsDeltas()
    {
        using var answer = await _daemon.SendAsync(HttpMethod.Get, "/events?since=x-1", null);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task UnreadableKernel_IsTold_AndTheTableIsThere()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        _daemon.Kernel.IsLoaded = false;

        var overview = await GetAsync();

        overview["kernel_error"]!.GetValue<string>().Should().NotBeEmpty();
        overview["services"]!["web"]!["kernel_error"].Should().BeNull("it is told once");
    }

    /// <summary>The contract for dashboards: what was read whole and what was followed are the same after any changes.</summary>
    [Fact]
    public async Task FollowedTable_IsTheReadTable_AfterRandomChanges()
    {
        var random = new Random(11);
        await using var follower = await FollowAsync("");
        for (var i = 0; i < 60; i++)
        {
            await ChangeAsync(random);
            if (i % 15 == 14)
            {
                JsonNode.DeepEquals(await follower.ReadUntilAsync(await GetAsync()), await GetAsync()).Should().BeTrue();
            }
        }
    }

    [Fact]
    public async Task FirstEvents_AreHello_AndAWholeTable()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await using var follower = await FollowAsync("");

        (await follower.NextAsync()).Should().Be("reset");
        (await follower.NextAsync()).Should().Be("delta");

        JsonNode.DeepEquals(follower.Table, await GetAsync()).Should().BeTrue();
        follower.LastId.Should().Be(follower.Table["revision"]!.GetValue<string>());
    }

    [Fact]
    public async Task Reconnected_IsToldOnlyWhatItMissed()
    {
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await _daemon.PutAsync("/service/old", """{"host": "10.9.0.101", "port": 80}""");
        var known = await GetAsync();
        await _daemon.DeleteAsync("/service/old");
        await _daemon.PatchAsync("/service/web", """{"method": "lc"}""");
        var revision = known["revision"]!.GetValue<string>();

        await using var bySince = await FollowAsync($"&since={revision}", known.DeepClone());
        await using var byHeader = await FollowAsync("", known.DeepClone(), revision);

        foreach (var follower in (Follower[])[bySince, byHeader])
        {
            (await follower.NextAsync()).Should().Be("delta");
            (follower.LastPatch["services"] as JsonObject)!.Select(static service => service.Key).Should().BeEquivalentTo("web", "old");
            JsonNode.DeepEquals(follower.Table, await GetAsync()).Should().BeTrue();
        }
    }

    [Theory]
    [InlineData("other-1")]
    [InlineData("nonsense")]
    [InlineData("-5")]
    public async Task UnknownRevision_BeginsAgain(string revision)
    {
        await using var follower = await FollowAsync($"&since={revision}");

        (await follower.NextAsync()).Should().Be("reset");
    }

    [Fact]
    public async Task RevisionOfADaemonBefore_BeginsAgain()
    {
        var revision = (await GetAsync())["revision"]!.GetValue<string>();
        await RestartAsync();
        await using var follower = await FollowAsync($"&since={revision}");

        (await follower.NextAsync()).Should().Be("reset");
    }

    /// <summary>Changes are told as ordinary events, too, on the same stream.</summary>
    [Fact]
    public async Task Stream_HasTheOtherEvents()
    {
        await using var follower = await FollowAsync("");
        await _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");

        var types = new HashSet<string>();
        while (!types.IsSupersetOf(["change", "reset", "delta"]))
        {
            types.Add(await follower.NextAsync());
        }
    }

    /// <summary>A client that does not read holds nobody up, and has the latest state when it reads again.</summary>
    [Fact]
    public async Task SlowFollower_HoldsNobodyUp()
    {
        await using var follower = await FollowAsync("");
        await FillAsync(services: 300, backends: 10);
        for (var i = 0; i < 50; i++)
        {
            await _daemon.PatchAsync("/service/s0", $$"""{"method": "{{(i % 2 == 0 ? "rr" : "wrr")}}"}""");
        }

        JsonNode.DeepEquals(await follower.ReadUntilAsync(await GetAsync()), await GetAsync()).Should().BeTrue();
    }

    private Task FillAsync(int services, int backends)
    {
        var document = Enumerable.Range(0, services).ToDictionary(
            static i => $"s{i}",
            i => new { host = $"10.8.{i / 250}.{i % 250}", port = 80, backends = Enumerable.Range(0, backends).ToDictionary(static j => $"b{j}", static j => new { host = $"10.7.0.{j}", port = 80, pulse = new { type = "none" } }) });
        return _daemon.PutAsync("/config", JsonSerializer.Serialize(new { services = document }));
    }

    private async Task ChangeAsync(Random random)
    {
        var (service, backend) = ($"/service/s{random.Next(4)}", $"b{random.Next(3)}");
        using var put = await _daemon.SendAsync(HttpMethod.Put, service, $$"""{"host": "10.9.0.{{random.Next(100, 103)}}", "port": {{random.Next(80, 90)}}, "method": "{{(random.Next(2) == 0 ? "rr" : "wrr")}}"}""");
        using var change = random.Next(5) switch
        {
            0 => await _daemon.SendAsync(HttpMethod.Delete, service, null),
            1 => await _daemon.SendAsync(HttpMethod.Delete, $"{service}/{backend}", null),
            2 => await _daemon.SendAsync(HttpMethod.Patch, $"{service}/{backend}", $$"""{"drain": {{(random.Next(2) == 0 ? "true" : "false")}}, "weight": {{random.Next(10)}}}"""),
            _ => await _daemon.SendAsync(HttpMethod.Put, $"{service}/{backend}", $$$"""{"host": "10.9.0.{{{random.Next(21, 24)}}}", "port": 80, "pulse": {"type": "none"}}"""),
        };
    }

    private async Task<JsonNode> GetAsync() => JsonNode.Parse((await _daemon.GetAsync("/service?view=full")).GetRawText())!;

    private async Task<Follower> FollowAsync(string query, JsonNode? known = null, string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/events?deltas=true{query}", UriKind.Relative));
        request.Headers.Add("Last-Event-ID", lastId is null ? [] : [lastId]);
        var answer = await _daemon.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var follower = new Follower(SseParser.Create(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)), known);
        (await follower.NextAsync()).Should().Be("hello");
        return follower;
    }

    /// <summary>A dashboard in a few lines.</summary>
    private sealed class Follower(SseParser<string> parser, JsonNode? known) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<SseItem<string>> _events = parser.EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();

        public JsonNode Table { get; private set; } = known ?? new JsonObject();

        public JsonNode LastPatch { get; private set; } = new JsonObject();

        public string LastId => parser.LastEventId;

        /// <summary>Reads the next event, and returns its type.</summary>
        public async Task<string> NextAsync()
        {
            (await _events.MoveNextAsync()).Should().BeTrue();
            switch (_events.Current.EventType)
            {
                case "reset":
                    Table = new JsonObject();
                    break;
                case "delta":
                    LastPatch = JsonNode.Parse(_events.Current.Data)!;
                    Table = MergePatch.Apply(Table, LastPatch)!;
                    break;
            }

            return _events.Current.EventType;
        }

        /// <summary>Reads until it has a revision that was read whole.</summary>
        public async Task<JsonNode> ReadUntilAsync(JsonNode whole)
        {
            while (!JsonNode.DeepEquals(Table["revision"], whole["revision"]))
            {
                await NextAsync();
            }

            return Table;
        }

        public ValueTask DisposeAsync() => _events.DisposeAsync();
    }
}
