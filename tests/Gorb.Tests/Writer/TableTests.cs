using System.Net;
using Gorb.Ipvs;
using Gorb.Model;

namespace Gorb.Tests.Writer;

public sealed class TableTests
{
    [Fact]
    public void With_KnowsWhoStandsWhere_AlsoWhenSomebodyMoves()
    {
        var table = Table.Empty.With(At("web", 80)).With(At("shop", 81)).With(At("web", 80)).With(At("shop", 82));

        table.Services.Keys.Should().Equal("shop", "web");
        table.Names.Select(entry => (entry.Key.Port, entry.Value)).Should().BeEquivalentTo([((ushort)80, "web"), ((ushort)82, "shop")]);
    }

    [Fact]
    public void With_ServiceThatStaysWhereItIs_KeepsWhatIsKnownOfPlaces()
    {
        var table = Table.Empty.With(At("web", 80));
        var changed = At("web", 80) with { Spec = table.Find("web")!.Spec with { Method = "wrr" } };

        table.With(changed).Names.Should().BeSameAs(table.Names);
        table.With(changed).Find("web").Should().BeSameAs(changed);
    }

    private static Service At(string name, ushort port) =>
        Service.Create(name, new ServiceSpec { Key = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), port), Host = "10.9.0.100", Method = "rr" });
}
