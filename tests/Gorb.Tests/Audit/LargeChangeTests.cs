using System.Globalization;
using System.Net;
using Gorb.Audit;
using Gorb.Ipvs;
using Gorb.Model;

namespace Gorb.Tests.Audit;

/// <summary>The audit of a document of thousands of objects shows the members of the first ones and names all of them.</summary>
public sealed class LargeChangeTests
{
    private const int Services = 300, Changed = 260, Weight = 7, OtherWeight = 8;

    [Fact]
    public void AllObjects_AreNamed_TheFirstWithTheirMembers()
    {
        var table = Fill(Weight);

        var changes = Show(Change(Table.Empty, table));

        changes.Should().HaveCount(5 * Services).And.OnlyContain(static change => change.Action == "add");
        changes.DistinctBy(static change => (change.Service, change.Backend)).Should().HaveCount(5 * Services);
        Summarize(Change(Table.Empty, table)).Should().StartWith("add service s000: ").And.EndWith("; and 1497 more");
        changes.Count(static change => change.Members is not null).Should().Be(AuditChanges.MaxDetailed);
        changes.TakeWhile(static change => change.Members is not null).Should().HaveCount(AuditChanges.MaxDetailed);
    }

    [Fact]
    public void ObjectsThatOnlyHaveNames_AreThoseThatDiffer()
    {
        var before = Fill(Weight);
        var after = Enumerable.Range(0, Changed).Append(298).Aggregate(before, static (table, i) => table.With(Service(i, OtherWeight))).Without(before.Find("s299")!);

        var changes = Show(Change(before, after));

        changes.Should().HaveCount((4 * Changed) + 5);
        changes.Count(static change => change.Members is not null).Should().Be(AuditChanges.MaxDetailed);
        changes.Skip(4 * Changed).Select(static change => (change.Action, change.Service, change.Backend)).Should().Equal(
            ("change", "s298", "b0"), ("change", "s298", "b1"), ("change", "s298", "b2"), ("change", "s298", "b3"), ("remove", "s299", null));
        Summarize(Change(before, after)).Should().StartWith("change backend s000/b0: weight from 7 to 8; change backend s000/b1: ").And.EndWith($"; and {(4 * Changed) + 2} more");
    }

    [Fact]
    public void OneService_IsShownWhole_HoweverLarge()
    {
        var service = new Service("web", new ServiceSpec { Key = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80) }, Backends.Of([.. Enumerable.Range(0, 1500).Select(static i => Backend(i, Weight))]));

        Show(Change(Table.Empty, Table.Empty.With(service))).Should().HaveCount(1501).And.OnlyContain(static change => change.Members != null);
    }

    private static IReadOnlyList<AuditChange> Show(AuditedChange change) => AuditChanges.Show(AuditChanges.Find(change));

    private static string Summarize(AuditedChange change) => AuditChanges.Summarize(AuditChanges.Find(change), 500);

    private static AuditedChange Change(Table before, Table after) => new(new ChangeOrigin("test"), before, after, [.. before.Services.Keys.Union(after.Services.Keys)]);

    private static Table Fill(int weight) => Enumerable.Range(0, Services).Aggregate(Table.Empty, (table, i) => table.With(Service(i, weight)));

    private static Service Service(int i, int weight) => new(
        string.Create(CultureInfo.InvariantCulture, $"s{i:000}"),
        new ServiceSpec { Key = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), (ushort)(1000 + i)) },
        Backends.Of([.. Enumerable.Range(0, 4).Select(position => Backend(position, weight))]));

    private static Backend Backend(int i, int weight) => new(
        string.Create(CultureInfo.InvariantCulture, $"b{i}"), new BackendSpec { Host = "10.9.0.21", Address = IPAddress.Parse("10.9.0.21"), Port = (ushort)(2000 + i), Weight = weight }, default);
}
