using System.Globalization;
using System.Net;
using Gorb.Model;

namespace Gorb.Tests.Writer;

/// <summary>The differences between two versions of a service's backends.</summary>
public sealed class BackendsTests
{
    private static readonly Backends Before = Backends.Of([At("a"), At("c"), At("e"), At("g")]);

    [Fact]
    public void Differing_OfTheSame_IsNothing() => Backends.Differing(Before, Before).Should().BeEmpty();

    [Fact]
    public void Differing_NamesWhatWasAddedChangedAndRemoved()
    {
        Backends.Differing(Before, Before.With(At("b"))).Should().Equal("b");
        Backends.Differing(Before, Before.With(At("a"))).Should().Equal("a");
        Backends.Differing(Before, Before.With(At("z"))).Should().Equal("z");
        Backends.Differing(Before, Before.Without("c")).Should().Equal("c");
        Backends.Differing(Before, Before.Without("a").With(At("f")).With(At("e"))).Should().Equal("a", "e", "f");
    }

    [Fact]
    public void Differing_FromNone_IsAll()
    {
        Backends.Differing(Backends.None, Before).Should().Equal("a", "c", "e", "g");
        Backends.Differing(Before, Backends.None).Should().Equal("a", "c", "e", "g");
    }

    private static Backend At(string name) => new(
        name, new BackendSpec { Host = "", Address = IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"10.9.0.{(int)name[0]}")), Port = 80 }, DateTimeOffset.UnixEpoch);
}
