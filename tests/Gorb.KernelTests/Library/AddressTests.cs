using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Addresses;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Library;

/// <summary>Links and addresses in the real kernel.</summary>
public sealed class AddressTests : IDisposable
{
    private const string Device = "gorbtest0";
    private static readonly IPAddress Four = IPAddress.Parse("10.9.7.1"), Six = IPAddress.Parse("fd00:9:7::1");

    private readonly AddressClient _client = AddressClient.Create();
    private readonly NetworkLink _dummy;

    public AddressTests()
    {
        Shell.Run("modprobe", "dummy");
        _client.AddDummy(Device);
        _dummy = _client.FindLink(Device)!;
        _client.SetUp(_dummy.Index);
    }

    public void Dispose()
    {
        _client.RemoveLink(_dummy.Index);
        _client.Dispose();
    }

    [Fact]
    public void ADummy_IsFoundByName_AndMadeOnce()
    {
        _client.AddDummy(Device);

        var link = _client.FindLink(Device)!;
        link.Should().BeEquivalentTo(new { _dummy.Index, Name = Device, IsUp = true, UsesArp = false, Kind = "dummy", Mtu = 1500u });
        _client.GetLinks().Should().ContainSingle(one => one.Name == Device).Which.Should().Be(link);
        _client.FindLink("no-such-device").Should().BeNull();
        _client.GetLinks().Should().Contain(one => one.Index == AddressClient.Loopback && one.Name == "lo");
    }

    [Fact]
    public void Addresses_ComeAndGo()
    {
        _client.Add(_dummy.Index, Four);
        _client.Add(_dummy.Index, Six);
        _client.Add(_dummy.Index, Four);

        Held().Should().BeEquivalentTo(
        [
            new LinkAddress { Link = _dummy.Index, Address = Four, PrefixLength = 32, ValidFor = null, IsUsable = true },
            new LinkAddress { Link = _dummy.Index, Address = Six, PrefixLength = 128, ValidFor = null, IsUsable = true },
        ]);
        _client.Remove(_dummy.Index, Four).Should().BeTrue();
        _client.Remove(_dummy.Index, Four).Should().BeFalse();
        _client.Remove(_dummy.Index, Six).Should().BeTrue();
        Held().Should().BeEmpty();
    }

    [Theory]
    [InlineData("10.9.7.2")]
    [InlineData("fd00:9:7::2")]
    public void ALifetime_IsTheKernels_AndIsRenewedByAddingAgain(string text)
    {
        var address = IPAddress.Parse(text);
        _client.Add(_dummy.Index, address, TimeSpan.FromSeconds(100));
        Held().Should().ContainSingle().Which.ValidFor.Should().BeGreaterThan(TimeSpan.FromSeconds(90)).And.BeLessThanOrEqualTo(TimeSpan.FromSeconds(100));

        _client.Add(_dummy.Index, address, TimeSpan.FromSeconds(1000));

        Held().Should().ContainSingle().Which.ValidFor.Should().BeGreaterThan(TimeSpan.FromSeconds(900));
    }

    [Theory]
    [InlineData("10.9.7.3", "-4")]
    [InlineData("fd00:9:7::3", "-6")]
    public async Task AnAddressWhoseTimeIsOver_LeavesNoRoute(string text, string family)
    {
        var address = IPAddress.Parse(text);
        _client.Add(_dummy.Index, address);
        Shell.Run("ip", family, "route", "show", "table", "all", text).Should().Contain("local");

        _client.Add(_dummy.Index, address, TimeSpan.FromSeconds(1));

        await Eventually.Async(() => Task.FromResult(!Held().Any()));
        Shell.Run("ip", family, "route", "show", "table", "all", text).Should().BeEmpty();
    }

    [Fact]
    public void ADeviceThatIsNotThere_IsRefused_AndNothingIsRemovedFromIt()
    {
        _client.Invoking(client => client.Add(9999, Four)).Should().Throw<AddressException>().Which.Errno.Should().Be(Errno.ENODEV);
        _client.Remove(9999, Four).Should().BeFalse();
        _client.RemoveLink(9999).Should().BeFalse();
    }

    [Fact]
    public async Task AMonitor_HearsOfAChangeByOthers_AndStops()
    {
        using var monitor = AddressMonitor.Open();
        Shell.Run("ip", "addr", "add", $"{Four}/32", "dev", Device);

        (await Task.Run(monitor.WaitForChange, TestContext.Current.CancellationToken)).Should().NotBeNull();
        Held().Should().ContainSingle();
        Shell.Run("ip", "addr", "del", $"{Four}/32", "dev", Device);
        Shell.Run("ip", "link", "set", Device, "down");
        var (removed, links) = (new List<IPAddress>(), new List<NetworkLink>());
        while (!links.Exists(static link => !link.IsUp))
        {
            var notice = (await Task.Run(monitor.WaitForChange, TestContext.Current.CancellationToken))!;
            removed.AddRange(notice.Removed);
            links.AddRange(notice.Links);
        }

        removed.Should().Contain(Four);
        links[^1].Name.Should().Be(Device);

        var waiting = Task.Run(
            () =>
            {
                while (monitor.WaitForChange() is not null)
                {
                }
            }, TestContext.Current.CancellationToken);
        monitor.StopWaiting();
        await waiting.WaitAsync(TimeSpan.FromSeconds(100), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("10.9.0.77", "-4")]
    [InlineData("fd00:9::77", "-6")]
    public async Task AnAnnouncement_MovesTheClientsNeighbourEntry(string text, string family)
    {
        const string elsewhere = "02:00:00:00:00:99";
        var bridge = _client.FindLink("br0")!;
        var here = string.Join(':', bridge.HardwareAddress.GetAddressBytes().Select(static part => part.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
        Shell.Run("ip", "-n", "cl", "neigh", "replace", text, "lladdr", elsewhere, "dev", "eth0", "nud", "reachable");
        using var announcer = new Announcer();

        announcer.Announce(bridge, IPAddress.Parse(text)).Should().BeTrue();

        var entry = "";
        await Eventually.Async(() => Task.FromResult((entry = Shell.Run("ip", family, "-n", "cl", "neigh", "show", text)).Contains(here, StringComparison.Ordinal)), () => entry);
        Shell.Run("ip", "-n", "cl", "neigh", "del", text, "dev", "eth0");
    }

    [Fact]
    public void WithoutNeighbours_NothingIsAnnounced()
    {
        using var announcer = new Announcer();
        announcer.Announce(_client.FindLink("lo")!, Four).Should().BeFalse();
    }

    private IEnumerable<LinkAddress> Held() => _client.GetAddresses().Where(entry => entry.Link == _dummy.Index && !entry.Address.IsIPv6LinkLocal);
}
