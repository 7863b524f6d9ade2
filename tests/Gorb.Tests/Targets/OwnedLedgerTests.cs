using Gorb.Model;
using Gorb.Targets;

namespace Gorb.Tests.Targets;

public sealed class OwnedLedgerTests
{
    private readonly SettingLedger _ledger = new();

    [Fact]
    public void OwnedEntry_IsUnsavedUntilSaved_AndOutdatedOnceForgotten()
    {
        _ledger.Own(new Setting("forward", 0));
        (_ledger.IsSaved, _ledger.HasLeftovers).Should().Be((false, false));
        _ledger.Unsaved.Should().Equal("forward 0");

        _ledger.NoteSaved();
        _ledger.IsSaved.Should().BeTrue();
        _ledger.Keys.Should().Equal("forward 0");

        _ledger.Forget(new Setting("forward", 0));
        (_ledger.IsSaved, _ledger.Unsaved.Count).Should().Be((false, 0));
        _ledger.Outdated.Should().Equal("forward 0");
    }

    /// <summary>The writer clears leftovers after each commit, and forgets those that are wanted again.</summary>
    [Fact]
    public void OwnedEntry_OutlivesWhatEndsALeftover()
    {
        _ledger.Load(["forward 1"]);

        _ledger.ForgetWanted(Table.Empty);
        _ledger.Clear();

        _ledger.Owned.Should().Equal(new Setting("forward", 1));
        _ledger.IsSaved.Should().BeTrue();
    }

    /// <summary>An entry that is forgotten and owned again needs no save.</summary>
    [Fact]
    public void EntryOwnedAgain_IsSaved()
    {
        _ledger.Load(["forward 1"]);

        _ledger.Forget(new Setting("forward", 1));
        _ledger.Own(new Setting("forward", 1));

        _ledger.IsSaved.Should().BeTrue();
    }

    private readonly record struct Setting(string Name, int Before);

    private sealed class SettingLedger : OwnedLedger<Setting>
    {
        protected override string Write(Setting key) => $"{key.Name} {key.Before}";

        protected override Setting Read(string text) => text.Split(' ') is [var name, var before] ? new Setting(name, int.Parse(before, null)) : throw new FormatException(text);
    }
}
