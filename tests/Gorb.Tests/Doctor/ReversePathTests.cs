using System.Net;
using Gorb.Doctor;
using Gorb.Ipvs;
using Gorb.Ipvs.Routes;

namespace Gorb.Tests.Doctor;

/// <summary>Linux before 6.13 says that the reverse path filter drops a packet; later ones say EINVAL to every packet that they do not take.</summary>
public sealed class ReversePathTests
{
    private static readonly IPAddress Client = IPAddress.Parse("203.0.113.7");

    [Theory]
    [InlineData("EXDEV", "1", 3u, true)]
    [InlineData("EINVAL", "1", 3u, true)]
    [InlineData("EINVAL", "1", 2u, false)]
    [InlineData("EINVAL", "2", 3u, false)]
    [InlineData("EACCES", "1", 3u, false)]
    public void Filter_IsToldFromOtherRefusals(string errno, string filter, uint back, bool isFiltered)
    {
        var host = Planted.Host(Planted.Service()) with
        {
            Setting = name => name == "net.ipv4.conf.br0.rp_filter" ? filter : null,
            Route = query => query.InputLink is null
                ? new RouteAnswer(new Route { Type = RouteType.Unicast, Table = 254, Link = back, Gateway = null, Source = null, Mtu = null }, Errno.None)
                : new RouteAnswer(null, Enum.Parse<Errno>(errno)),
        };

        host.IsReversePathFiltered(host.Route(new RouteQuery(Planted.Vip) { Source = Client, InputLink = Planted.Wire.Index })!, Planted.Wire, Client).Should().Be(isFiltered);
        Planted.Find(host, "asymmetric-path").Should().HaveCount(isFiltered && filter == "1" ? 1 : 0);
    }
}
