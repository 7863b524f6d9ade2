using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Targets.Host;

namespace Gorb.Tests.Targets.Host;

/// <summary>Settings that Gorb has set are given back when the operator asks.</summary>
public sealed class SysctlRestoreTests : SysctlTest
{
    private static readonly Table Nat = TableOf("10.9.0.21", ForwardingMethod.Masquerade);

    [Fact]
    public async Task Restore_OfOne_GivesItBackAndLeavesItAlone()
    {
        var (sysctls, target) = Applied();

        var done = Restorer.RestoreAsync(Forward);
        Compare(target, Nat);
        await done;

        (Files[Forward], Files[NoDestination]).Should().Be(("0", "1"));
        sysctls.Ledger.Keys.Should().BeEquivalentTo($"{NoDestination}=0", $"{Template}=0");
        sysctls.GetStates().Single(static state => state.Setting == Forward).Status.Should().Be(SysctlStatus.Restored);
        Log.Texts.Should().Contain(static line => line.StartsWith("Restored net.ipv4.ip_forward to 0; it was 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restore_OfAll_GivesAllBack()
    {
        var (sysctls, target) = Applied();

        var done = Restorer.RestoreAsync(null);
        Compare(target, Nat);
        await done;

        (Files[Forward], Files[NoDestination], Files[Template]).Should().Be(("0", "0", "0"));
        sysctls.Ledger.Keys.Should().BeEmpty();
        sysctls.Limits.KeepsPersistentClients.Should().BeTrue();
    }

    [Fact]
    public async Task Restore_ThatFails_SaysWhyAndWhatToDo()
    {
        var (sysctls, target) = Applied();
        Files.Blocked = Forward;

        var done = Restorer.RestoreAsync(Forward);
        Compare(target, Nat);

        (await done.Awaiting(static task => task).Should().ThrowAsync<RequestException>()).Which.Problems.Should().ContainSingle().Which.Text.Should().Contain("sysctl -w net.ipv4.ip_forward=0");
        sysctls.Ledger.Find(Forward).Should().Be("0");
    }

    /// <summary>After kill -9 the ledger comes from the store: the new daemon shows and restores what the old one set.</summary>
    [Fact]
    public async Task NextDaemon_KnowsThePreviousValues()
    {
        var (first, _) = Applied();
        var sysctls = Make(SysctlMode.Check);
        sysctls.Ledger.Load(first.Ledger.Keys);
        var target = Target(sysctls);
        Compare(target, Nat);
        sysctls.GetStates().Single(static state => state.Setting == Forward).Previous.Should().Be("0");

        var done = Restorer.RestoreAsync(null);
        Compare(target, Nat);
        await done;

        Files[Forward].Should().Be("0");
    }

    /// <summary>A crash between the ledger's save and the write leaves a previous value that is in force.</summary>
    [Fact]
    public void PreviousValueInForce_IsForgotten_UnlessItIsSetNow()
    {
        Files[Forward] = "0";
        var checking = Make(SysctlMode.Check);
        checking.Ledger.Load([$"{Forward}=0"]);
        Compare(Target(checking), Nat);
        checking.Ledger.Keys.Should().BeEmpty();

        var applying = Make(SysctlMode.Apply);
        applying.Ledger.Load([$"{Forward}=0"]);
        Compare(Target(applying), Nat);
        applying.Ledger.Keys.Should().Equal($"{Forward}=0");
        Files[Forward].Should().Be("1");
    }

    [Fact]
    public void DamagedKey_IsNamed() => Make(SysctlMode.Check).Ledger.Invoking(static ledger => ledger.Load(["nonsense"])).Should().Throw<FormatException>().WithMessage("*'nonsense'*");

    private (Sysctls Sysctls, SysctlTarget Target) Applied()
    {
        (Files[NoDestination], Files[Template], Files[Forward]) = ("0", "0", "0");
        var sysctls = Make(SysctlMode.Apply);
        var target = Target(sysctls);
        Compare(target, Nat);
        Files[Forward].Should().Be("1");
        return (sysctls, target);
    }
}
