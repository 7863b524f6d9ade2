using System.Net;
using System.Text.Json;
using Gorb.Cluster;
using Gorb.Leases;
using Gorb.Targets.Host.Addresses;
using Gorb.Tests.Api;
using Gorb.Tests.Etcd;
using Gorb.Tests.Shared;
using Gorb.Tests.Targets.Host.Addresses;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Leases;

/// <summary>Whole daemons of a cluster hold the addresses of their services, and hand them over when an operator asks one of them.</summary>
[Collection(EtcdCollection.Name)]
public sealed class DirectorApiTests(EtcdCluster etcd) : IAsyncDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly string _cluster = etcd.Prefix().Replace("/", "", StringComparison.Ordinal);
    private readonly TestWire _wire = new();
    private readonly List<TestDaemon> _daemons = [];

    private static IPAddress Vip { get; } = IPAddress.Parse("10.9.0.100");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in _daemons)
        {
            await daemon.DisposeAsync();
        }

        _wire.Doubled.Should().BeEmpty();
    }

    [Fact]
    public async Task Drain_AtAnyDirector_HandsTheAddressOver_AndResumeTakesNothingBack()
    {
        var (a, b) = (await StartAsync("a"), await StartAsync("b"));
        await Poll.UntilAsync(async () => (await a.SendAsync(HttpMethod.Put, "/service/web", """{"host": "10.9.0.100", "port": 80}""")).IsSuccessStatusCode, Stop);
        await Poll.UntilAsync(() => Task.FromResult(_wire.HoldersOf(Vip).Count == 1), Stop);
        var (holder, other) = _wire.HoldersOf(Vip)[0] == "a" ? ("a", "b") : ("b", "a");
        await Poll.UntilAsync(async () => (await VipAsync(holder == "a" ? b : a)) == ("elsewhere", holder), Stop);

        await Poll.UntilAsync(async () => (await a.SendAsync(HttpMethod.Post, $"/director/{holder}/drain", null)).IsSuccessStatusCode, Stop);
        await Poll.UntilAsync(() => Task.FromResult(_wire.HoldersOf(Vip).SequenceEqual([other])), Stop);
        using var resumed = await b.SendAsync(HttpMethod.Post, $"/director/{holder}/resume", null);

        resumed.StatusCode.Should().Be(HttpStatusCode.OK);
        (await JsonAsync(resumed)).GetProperty("drained").GetBoolean().Should().BeFalse();
        await Poll.UntilAsync(() => Task.FromResult(_daemons.TrueForAll(static daemon => daemon.Service<AddressLeases>().View.Candidates.Count == 2)), Stop);
        _wire.HoldersOf(Vip).Should().Equal(other);
    }

    [Fact]
    public async Task DirectorThatIsNotThere_Is404_AndNamesThoseThatAre()
    {
        var a = await StartAsync("a");
        await Poll.UntilAsync(() => Task.FromResult(a.Service<AddressLeases>().View.Candidates.ContainsKey("a")), Stop);

        using var refused = await a.SendAsync(HttpMethod.Post, "/director/lb9/drain", null);

        refused.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await refused.Content.ReadAsStringAsync(Stop)).Should().Contain("lb9").And.Contain("these are: a");
    }

    [Fact]
    public async Task WithoutSharedAddresses_Is409_WithTheRemedy()
    {
        var daemon = new TestDaemon();
        _daemons.Add(daemon);
        await daemon.InitializeAsync();

        using var refused = await daemon.SendAsync(HttpMethod.Post, "/director/a/drain", null);

        refused.StatusCode.Should().Be(HttpStatusCode.Conflict);
        (await refused.Content.ReadAsStringAsync(Stop)).Should().Contain("--cluster").And.Contain("--vip-interface");
    }

    private async Task<TestDaemon> StartAsync(string name)
    {
        var daemon = new TestDaemon
        {
            Cluster = new ClusterOptions(new ClusterAddress([.. etcd.Endpoints], _cluster), name),
            Leases = new LeaseOptions(name, LeaseOptions.DefaultPriority, Lease) { LeavesOnStop = true },
            VipInterface = VipOptions.Dummy,
            Configure = services => services.AddSingleton(new FakeNetwork().Host).AddSingleton<IAddressHost>(new WireHost(name, _wire)),
        };
        _daemons.Add(daemon);
        await daemon.InitializeAsync();
        return daemon;
    }

    private static async Task<(string? State, string? Holder)> VipAsync(TestDaemon daemon)
    {
        var vip = (await daemon.GetAsync("/vip")).EnumerateArray().FirstOrDefault();
        return vip.ValueKind == JsonValueKind.Undefined ? default : (vip.GetProperty("state").GetString(), vip.TryGetProperty("holder", out var holder) ? holder.GetString() : null);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Stop));
        return document.RootElement.Clone();
    }
}
