using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Addresses;
using Gorb.Targets.Host.Addresses;
using Gorb.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Targets.Host.Addresses;

/// <summary>Neighbours are told of addresses when they are added, when a link comes up, and on request.</summary>
public sealed class AnnouncementTests : IAsyncLifetime
{
    private const string Announced = "announce 10.9.0.100 on eth0";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    private readonly FakeNetwork _network = new();
    private readonly ManualTime _time = new();
    private readonly TestDaemon _daemon;

    public AnnouncementTests() => _daemon = new TestDaemon
    {
        VipInterface = VipOptions.Dummy,
        Configure = services => services.AddSingleton(_network.Host).AddSingleton<TimeProvider>(_time),
    };

    public ValueTask InitializeAsync() => _daemon.InitializeAsync();

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

    [Fact]
    public async Task AddedAddress_IsAnnouncedFiveTimesAtOnce_AndFiveTimesLater()
    {
        await PutAsync();
        await SeeAsync(5);

        _time.Advance(TimeSpan.FromSeconds(4));
        _time.Advance(TimeSpan.FromSeconds(1));
        await SeeAsync(10);

        _time.Advance(TimeSpan.FromMinutes(1));
        Count.Should().Be(10);
    }

    [Fact]
    public async Task RemovedAddress_IsNotAnnouncedLater()
    {
        await PutAsync();
        await SeeAsync(5);
        await _daemon.DeleteAsync("/service/web");
        await _daemon.PutAsync("/service/shop", """{"host": "10.9.0.101", "port": 80}""");

        _time.Advance(TimeSpan.FromSeconds(5));

        await WaitAsync(() => _network.Log.Count(static line => line == "announce 10.9.0.101 on eth0") == 10);
        Count.Should().Be(5);
    }

    [Fact]
    public async Task LinkThatComesUp_IsTold()
    {
        await PutAsync();
        await SeeAsync(5);

        _network.Notify(new AddressNotice { Links = [_network.Set("eth0", isUp: false), _network.Set("eth0", isUp: true)] });

        await SeeAsync(10);
    }

    [Fact]
    public async Task Request_AnnouncesBeforeItsAnswer()
    {
        await PutAsync();
        await SeeAsync(5);

        var answer = await _daemon.SendAsync(HttpMethod.Post, "/vip/10.9.0.100/announce", null);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        Count.Should().Be(10);
        var view = await TestDaemon.JsonAsync(answer);
        (view.GetProperty("state").GetString(), view.GetProperty("device").GetString(), view.GetProperty("announced_on")[0].GetString()).Should().Be(("owned", "gorb0", "eth0"));
        view.GetProperty("announced_at").GetDateTimeOffset().Should().Be(_time.GetUtcNow());
    }

    [Theory]
    [InlineData("10.9.0.1", HttpStatusCode.Conflict, "is on eth0, but Gorb did not add it")]
    [InlineData("10.9.0.77", HttpStatusCode.NotFound, "is not an address that Gorb added")]
    [InlineData("10.9.0", HttpStatusCode.BadRequest, "is not an IP address")]
    [InlineData("192.0.2.7", HttpStatusCode.Conflict, "has no neighbours to tell")]
    public async Task Request_ForAnotherAddress_SaysWhyNot(string address, HttpStatusCode status, string reason)
    {
        await _daemon.PutAsync("/service/far", """{"host": "192.0.2.7", "port": 80}""");

        var answer = await _daemon.SendAsync(HttpMethod.Post, $"/vip/{address}/announce", null);

        answer.StatusCode.Should().Be(status);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain(reason);
    }

    [Fact]
    public async Task WithoutThePrivilege_TheAddressIsAdded_AndTheRequestSaysWhy()
    {
        _network.Refuse = static operation => operation == "open announcer" ? Errno.EPERM : Errno.None;
        await PutAsync();

        var answer = await _daemon.SendAsync(HttpMethod.Post, "/vip/10.9.0.100/announce", null);

        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        _network.Held.Should().Equal("10.9.0.100 on gorb0");
    }

    [Fact]
    public async Task List_ShowsWhoseAddressesAre_AndWhatIsWrong()
    {
        _network.Hold("eth0", "10.9.0.101");
        await PutAsync();
        await SeeAsync(5);
        await _daemon.PutAsync("/service/web2", """{"host": "10.9.0.100", "port": 443}""");
        await _daemon.PutAsync("/service/shop", """{"host": "10.9.0.101", "port": 80}""");
        await _daemon.PutAsync("/service/six", """{"host": "fd00:9::100", "port": 80}""");
        await _daemon.PutAsync("/service/gone", """{"host": "10.9.0.102", "port": 80}""");
        _network.Drop("10.9.0.102");

        var vips = (await _daemon.GetAsync("/vip")).EnumerateArray().ToList();

        vips.Select(static vip => $"{vip.GetProperty("address")} {vip.GetProperty("state")} {string.Join(",", vip.GetProperty("services").EnumerateArray())}")
            .Should().Equal("10.9.0.100 owned web,web2", "10.9.0.101 found shop", "10.9.0.102 missing gone", "fd00:9::100 owned six");
        vips[2].GetProperty("problem").GetString().Should().Contain("Gorb could not add it to gorb0");
        vips[3].GetProperty("problem").GetString().Should().Contain("use --vip-interface eth0");
        vips[0].TryGetProperty("problem", out _).Should().BeFalse();
    }

    private int Count => _network.Log.Count(static line => line == Announced);

    private Task PutAsync() => _daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");

    private Task SeeAsync(int frames) => WaitAsync(() => Count == frames);

    /// <summary>Waits for the background thread that sends.</summary>
    private static async Task WaitAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
