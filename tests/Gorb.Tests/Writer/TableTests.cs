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

    [Fact]
    public void Find_AfterAChange_FindsTheServiceOfItsOwnTable()
    {
        var (table, web) = (Table.Empty.With(At("web", 80)).With(At("shop", 81)), At("web", 82));
        var before = table.Find("web");
        var (changed, removed, other) = (table.With(web), table.Without(before!), table with { Tokens = table.Tokens });

        changed.Find("web").Should().BeSameAs(web);
        removed.Find("web").Should().BeNull();
        other.Find("web").Should().BeSameAs(before);
        table.Find("web").Should().BeSameAs(before);
        other.Should().Be(table, "what was last found is no part of a table");
        changed.Should().NotBe(table);
    }

    private static Service At(string name, ushort port) =>
        Service.Create(name, new ServiceSpec { Key = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), port), Host = "10.9.0.100", Method = "rr" });
}
