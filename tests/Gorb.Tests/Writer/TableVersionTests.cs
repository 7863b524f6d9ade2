using Gorb.Model;

namespace Gorb.Tests.Writer;

/// <summary>The names that changed between two versions of the table.</summary>
public sealed class TableVersionTests
{
    private readonly TableVersion _first = new(Table.Empty, [], ChangeOrigins.None);

    [Fact]
    public void ChangedSince_OneVersionAgo_IsWhatThatChangeTouched()
    {
        var second = _first.Append(Table.Empty, ["a", "b"], ChangeOrigins.None);

        second.ChangedSince(_first).Should().Equal("a", "b");
        second.ChangedSince(second).Should().BeEmpty();
    }

    [Fact]
    public void ChangedSince_SeveralVersionsAgo_IsAllThatWasTouchedBetween()
    {
        var second = _first.Append(Table.Empty, ["a"], ChangeOrigins.None);
        var fourth = second.Append(Table.Empty, ["b", "c"], ChangeOrigins.None).Append(Table.Empty, ["a", "d"], ChangeOrigins.None);
        fourth.Append(Table.Empty, ["later"], ChangeOrigins.None);

        fourth.ChangedSince(_first).Should().BeEquivalentTo("a", "b", "c", "d");
        fourth.ChangedSince(second).Should().BeEquivalentTo("a", "b", "c", "d");
    }
}
