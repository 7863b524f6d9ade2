using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Routes;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Library;

/// <summary>Routes and neighbours of the real kernel.</summary>
public sealed class RouteTests : IDisposable
{
    private readonly RouteClient _routes = RouteClient.Create();
    private readonly AddressClient _links = AddressClient.Create();

    public void Dispose()
    {
        _routes.Dispose();
        _links.Dispose();
    }

    [Theory]
    [InlineData("10.9.0.100", RouteType.Local)]
    [InlineData("fd00:9::100", RouteType.Local)]
    [InlineData("10.9.0.21", RouteType.Unicast)]
    [InlineData("fd00:9::21", RouteType.Unicast)]
    public void Lookup_IsWhatTheKernelDoes(string to, RouteType expected)
    {
        var route = _routes.Lookup(new RouteQuery(IPAddress.Parse(to))).Route!;

        route.Type.Should().Be(expected);
        route.Gateway.Should().BeNull();
        if (expected == RouteType.Unicast)
        {
            route.Link.Should().Be(Bridge());
        }
    }

    [Fact]
    public void Lookup_KnowsMarksGatewaysMtusAndTheReversePathFilter()
    {
        Shell.Run("ip", "rule", "add", "fwmark", "4711", "lookup", "77");
        Shell.Run("ip", "route", "add", "10.77.0.0/16", "via", "10.9.0.21", "mtu", "1400", "table", "77");
        Shell.Run("ip", "route", "add", "prohibit", "10.78.0.0/16");
        try
        {
            var to = IPAddress.Parse("10.77.0.1");
            _routes.Lookup(new RouteQuery(to) { Mark = 4711 }).Route.Should().BeEquivalentTo(new { Gateway = Network.Address("b1"), Mtu = 1400u, Table = 77u });
            _routes.Lookup(new RouteQuery(IPAddress.Parse("10.78.0.1"))).Should().Be(new RouteAnswer(null, Errno.EACCES));
            using var strict = new Setting("net.ipv4.conf.br0.rp_filter", "1");
            _routes.Lookup(new RouteQuery(Network.Address("b1")) { Source = to, InputLink = Bridge() }).Errno.Should().Be(Kernel.Version >= new Version(6, 13) ? Errno.EINVAL : Errno.EXDEV);
        }
        finally
        {
            Shell.Run("ip", "rule", "del", "fwmark", "4711");
            Shell.Run("ip", "route", "flush", "table", "77");
            Shell.Run("ip", "route", "del", "prohibit", "10.78.0.0/16");
        }
    }

    [Theory]
    [InlineData("10.9.0.250")]
    [InlineData("fd00:9::250")]
    public void Neighbors_AreFoundByLinkAndAddress(string text)
    {
        var address = IPAddress.Parse(text);
        Shell.Run("ip", "neigh", "replace", text, "lladdr", "02:00:00:00:00:99", "dev", "br0", "nud", "permanent");
        try
        {
            var entry = _routes.FindNeighbor(Bridge(), address)!;

            entry.State.Should().Be(NeighborState.Permanent);
            entry.HardwareAddress.ToString().Should().Be("020000000099");
            _routes.GetNeighbors().Select(static one => one with { Unused = null }).Should().Contain(entry with { Unused = null });
        }
        finally
        {
            Shell.Run("ip", "neigh", "del", text, "dev", "br0");
        }

        _routes.FindNeighbor(Bridge(), address).Should().BeNull();
        _routes.FindNeighbor(9999, address).Should().BeNull();
    }

    private uint Bridge() => _links.FindLink("br0")!.Index;
}
