using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Gorb.Audit;
using Gorb.Ipvs;
using Gorb.Model;

namespace Gorb.Tests.Audit;

/// <summary>Lines of the audit that are written when they are read: they say what was changed then, in order, and keep few objects alive.</summary>
public sealed class DeferredAuditTests
{
    private readonly AuditMemory _memory = new();
    private readonly DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Line_ShowsTheValuesOfItsTime_InOrder()
    {
        var (one, two, three) = (Fill(1, 10), Fill(1, 20), Fill(1, 30));
        Add(one, two);
        Add(two, three);

        var lines = Read();

        lines.Select(static line => line.GetProperty("changes").GetRawText()).Should().Equal(Weight(10, 20), Weight(20, 30));
        lines.Select(static line => line.GetProperty("id").GetInt64()).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();

        static string Weight(int from, int to) =>
            string.Create(CultureInfo.InvariantCulture, $$"""[{"action":"change","service":"web","backend":"b0","members":[{"member":"weight","from":{{from}},"to":{{to}}}]}]""");
    }

    [Fact]
    public void SearchThatIsDueLater_IsMadeByTheReader()
    {
        var change = Change(Table.Empty, Fill(2, 10));
        _memory.Add(new AuditLine(View(), () => AuditChanges.Find(change)), _now);

        Read().Should().ContainSingle().Which.GetProperty("changes").GetArrayLength().Should().Be(3);
    }

    [Fact]
    public void ChangeOfNothingThatIsShown_HasNoLine()
    {
        var before = Fill(1, 10);
        var service = before.Find("web")!;
        var moved = service.Backends["b0"] with { Spec = service.Backends["b0"].Spec with { Address = IPAddress.Parse("10.9.0.99") } }; // its host name has another address
        Add(before, before.With(service with { Backends = service.Backends.With(moved) }));

        Read().Should().BeEmpty();
        AuditChanges.Summarize(AuditChanges.Find(Change(before, before.With(service with { Backends = service.Backends.With(moved) }))), 100).Should().BeEmpty();
    }

    [Fact]
    public void ManyObjects_AreWritten_SoThatFewAreKeptAlive()
    {
        var lines = Enumerable.Range(0, 20).Select(_ => Add(Table.Empty, Fill(500, 10))).ToList();
        _memory.IsHeavy.Should().BeTrue();

        _memory.Compact();

        _memory.IsHeavy.Should().BeFalse();
        lines.Count(static line => line.Size.Objects > 0).Should().BeInRange(1, 8);
        lines.Sum(static line => line.Size.Objects).Should().BeLessThanOrEqualTo(4000);
        Read().Should().HaveCount(20);
    }

    [Fact]
    public void TooManyLines_DropTheOldest()
    {
        for (var i = 0; i < AuditMemory.MaxLines + 5; i++)
        {
            Add(Fill(1, i), Fill(1, i + 1));
        }

        var lines = Read();

        lines.Should().HaveCount(AuditMemory.MaxLines);
        lines[0].GetProperty("changes")[0].GetProperty("members")[0].GetProperty("from").GetInt32().Should().Be(5);
    }

    [Fact]
    public void VeryLargeChange_IsRememberedBriefly_ButWrittenWhole()
    {
        var line = Add(Table.Empty, Fill(1500, 10));

        Encoding.UTF8.GetString(line.Whole()).Should().Contain("b1499");
        var read = Read().Should().ContainSingle().Subject;
        read.GetProperty("changes").GetArrayLength().Should().Be(3);
        read.GetProperty("more").GetInt32().Should().Be(1498);
    }

    private AuditLine Add(Table before, Table after)
    {
        var line = new AuditLine(View(), AuditChanges.Find(Change(before, after)));
        _memory.Add(line, _now);
        return line;
    }

    private List<JsonElement> Read() => [.. JsonElement.Parse(_memory.Read(0).Span).EnumerateArray()];

    private AuditView View() => new(0, _now, "test", null, null, null, null, "api", "ok");

    private static AuditedChange Change(Table before, Table after) => new(new ChangeOrigin("test"), before, after, [.. before.Services.Keys.Union(after.Services.Keys)]);

    private static Table Fill(int backends, int weight) => Table.Empty.With(new Service(
        "web",
        new ServiceSpec { Key = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80) },
        Backends.Of([.. Enumerable.Range(0, backends).Select(i => new Backend(
            string.Create(CultureInfo.InvariantCulture, $"b{i}"), new BackendSpec { Host = "10.9.0.21", Address = IPAddress.Parse("10.9.0.21"), Port = (ushort)(2000 + i), Weight = weight }, default))])));
}
