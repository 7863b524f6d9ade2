using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Gorb.Targets.Host.Addresses;
using Gorb.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Targets.Host.Addresses;

/// <summary>Which hosts have an address: one director of a cluster, every director, or the host to which another program brings it.</summary>
public sealed class VipModeTests : VipTargetTest
{
    private const string Address = "10.9.0.100", Held = "10.9.0.100 on gorb0";

    private readonly FakeLeases _leases = new();

    [Fact]
    public async Task ExternalAddress_IsNeitherAddedNorRemoved_AndGoesWhenItBecomesExternal()
    {
        await StartAsync();
        await Daemon.PutAsync("/service/web", Body(80));
        _network.Held.Should().Equal(Held);

        await Daemon.PatchAsync("/service/web", """{"vip": "external"}""");
        _network.Held.Should().BeEmpty();
        var vip = await VipAsync();
        vip.GetProperty("state").GetString().Should().Be("elsewhere");
        vip.TryGetProperty("problem", out _).Should().BeFalse("another program brings it");

        _network.Hold("eth0", Address); // keepalived has become master
        await CompareAsync();
        (await VipAsync()).GetProperty("state").GetString().Should().Be("found");
        await Daemon.DeleteAsync("/service/web");
        _network.Held.Should().Equal("10.9.0.100 on eth0");
    }

    [Fact]
    public async Task OneExternalService_KeepsGorbOffTheAddress_AndTheOthersBringItBack()
    {
        await StartAsync();
        await Daemon.PutAsync("/service/web", Body(80));
        await Daemon.PutAsync("/service/tls", """{"host": "10.9.0.100", "port": 443, "vip": "external"}""");
        _network.Held.Should().BeEmpty();

        await Daemon.DeleteAsync("/service/tls");

        _network.Held.Should().Equal(Held);
    }

    [Fact]
    public async Task InACluster_TheLeaseDecides_AndOnlyForAddressesThatOneDirectorIsToHave()
    {
        await StartInClusterAsync();
        await Daemon.PutAsync("/service/web", Body(80));
        await Daemon.PutAsync("/service/all", """{"host": "10.9.0.101", "port": 80, "vip": "everywhere"}""");
        await Daemon.PutAsync("/service/other", """{"host": "10.9.0.102", "port": 80, "vip": "external"}""");

        _network.Held.Should().Equal("10.9.0.101 on gorb0");
        _leases.Wanted.Should().Equal(IPAddress.Parse(Address));
        (await VipAsync()).GetProperty("problem").GetString().Should().Contain("etcd is away");

        _leases.Holder = "b";
        var elsewhere = await VipAsync();
        (elsewhere.GetProperty("state").GetString(), elsewhere.GetProperty("holder").GetString()).Should().Be(("elsewhere", "b"));

        await Daemon.PatchAsync("/service/web", """{"vip": "everywhere"}""");
        _network.Held.Should().Equal(Held, "10.9.0.101 on gorb0");
        _leases.Wanted.Should().BeEmpty();
        await Daemon.PatchAsync("/service/web", """{"vip": null}""");
        _network.Held.Should().Equal("10.9.0.101 on gorb0");
        _leases.Wanted.Should().Equal(IPAddress.Parse(Address));
        await Daemon.DeleteAsync("/service/web");
        _leases.Wanted.Should().BeEmpty();
    }

    [Fact]
    public async Task InACluster_AWithdrawnAddress_IsNotHeld()
    {
        await StartInClusterAsync();
        await Daemon.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "withdraw": "when-down"}""");
        _leases.Wanted.Should().BeEmpty("it has no backends");
        await Daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "pulse": {"type": "none"}}""");

        _time.Advance(AddressCounts.Recovery);
        await CompareAsync();

        _leases.Wanted.Should().Equal(IPAddress.Parse(Address));
        await Daemon.PatchAsync("/service/web/b1", """{"force": "down"}""");
        _leases.Wanted.Should().BeEmpty();
    }

    [Fact]
    public async Task InACluster_ARestart_WantsTheSameAddresses()
    {
        await StartInClusterAsync();
        await Daemon.PutAsync("/service/web", Body(80));
        await StopAsync();
        _leases.Want(ImmutableHashSet<IPAddress>.Empty);

        await StartInClusterAsync();
        await CompareAsync();

        _leases.Wanted.Should().Equal(IPAddress.Parse(Address));
    }

    private async Task StartInClusterAsync()
    {
        _daemon = new TestDaemon
        {
            State = _state.Path,
            VipInterface = VipOptions.Dummy,
            Configure = services => services.AddSingleton(_network.Host).AddSingleton<TimeProvider>(_time).AddSingleton(new AddressCounts(_time, isShared: true)).AddSingleton<IVipLeases>(_leases),
        };
        await _daemon.InitializeAsync();
    }

    private async Task<JsonElement> VipAsync() => (await Daemon.GetAsync("/vip")).EnumerateArray().First(static vip => vip.GetProperty("address").GetString() == Address);

    private sealed class FakeLeases : IVipLeases
    {
        public string? Holder { get; set; }

        public IReadOnlySet<IPAddress> Wanted { get; private set; } = ImmutableHashSet<IPAddress>.Empty;

        public string? Trouble => "etcd is away";

        public IReadOnlyDictionary<string, string> Unreachable => ImmutableDictionary<string, string>.Empty;

        public void Want(IReadOnlySet<IPAddress> addresses) => Wanted = addresses;

        public string? HolderOf(IPAddress address) => Holder;

        public DateTimeOffset? KeptSince(IPAddress address) => null;

        public string? FindWait(IPAddress address) => null;

        public bool IsHere(IPAddress address) => false;
    }
}
