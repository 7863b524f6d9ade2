using System.Globalization;
using System.Net;
using Gorb.Model;

namespace Gorb.Tests.Writer;

/// <summary>The differences between two versions of a service's backends.</summary>
public sealed class BackendsTests
{
    private static readonly Backends Before = Backends.Of([At("a"), At("c"), At("e"), At("g")]);

    [Fact]
    public void Differing_OfTheSame_IsNothing() => Differing(Before, Before).Should().BeEmpty();

    [Fact]
    public void Differing_NamesWhatWasAddedChangedAndRemoved()
    {
        Differing(Before, Before.With(At("b"))).Should().Equal("b");
        Differing(Before, Before.With(At("a"))).Should().Equal("a");
        Differing(Before, Before.With(At("z"))).Should().Equal("z");
        Differing(Before, Before.Without("c")).Should().Equal("c");
        Differing(Before, Before.Without("a").With(At("f")).With(At("e"))).Should().Equal("a", "e", "f");
    }

    [Fact]
    public void Differing_FromNone_IsAll()
    {
        Differing(Backends.None, Before).Should().Equal("a", "c", "e", "g");
        Differing(Before, Backends.None).Should().Equal("a", "c", "e", "g");
    }

    [Fact]
    public void Differing_GivesBothVersions()
    {
        var after = Before.With(At("c")).Without("e").With(At("f"));
        var found = new List<(Backend?, Backend?)>();
        foreach (var pair in Backends.Differing(Before, after))
        {
            found.Add(pair);
        }

        found.Should().Equal((Before["c"], after["c"]), (Before["e"], null), (null, after["f"]));
    }

    [Fact]
    public void Pair_NamesTheIndexesInBoth()
    {
        var found = new List<(int, int)>();
        foreach (var pair in Backends.Pair(Before, Before.Without("a").With(At("b")).With(At("e"))))
        {
            found.Add(pair);
        }

        found.Should().Equal((0, -1), (-1, 0), (1, 1), (2, 2), (3, 3));
    }

    private static List<string> Differing(Backends first, Backends second)
    {
        var names = new List<string>();
        foreach (var (before, after) in Backends.Differing(first, second))
        {
            names.Add((after ?? before)!.Name);
        }

        return names;
    }

    private static Backend At(string name) => new(
        name, new BackendSpec { Host = "", Address = IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"10.9.0.{(int)name[0]}")), Port = 80 }, DateTimeOffset.UnixEpoch);
}
