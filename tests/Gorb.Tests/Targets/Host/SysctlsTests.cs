using Gorb.Ipvs;
using Gorb.Ipvs.Nftables;
using Gorb.Model;
using Gorb.Targets.Host;

namespace Gorb.Tests.Targets.Host;

/// <summary>The kernel's settings, as the mode says: set, logged or left alone.</summary>
public sealed class SysctlsTests : SysctlTest
{
    [Theory]
    [InlineData("Default")]
    [InlineData("Apply")]
    public void Apply_SetsBothAndSaysWhatTheyWere(string mode)
    {
        Fill("0", "0");
        var sysctls = Make(Enum.Parse<SysctlMode>(mode));

        Compare(Target(sysctls));

        (Files[NoDestination], Files[Template]).Should().Be(("1", "1"));
        sysctls.Limits.KeepsPersistentClients.Should().BeFalse();
        Log.Texts.Should().HaveCount(2).And.OnlyContain(line => line.Contains("to 1; it was 0", StringComparison.Ordinal));
        sysctls.Ledger.Keys.Should().BeEquivalentTo($"{NoDestination}=0", $"{Template}=0");
    }

    [Fact]
    public void Apply_WhatIsSetAlready_SaysNothing()
    {
        Fill("1", "1");
        var sysctls = Make(SysctlMode.Apply);

        Compare(Target(sysctls));

        Log.Texts.Should().BeEmpty();
        sysctls.Ledger.Keys.Should().BeEmpty();
    }

    /// <summary>The message is logged once, and the others are set all the same.</summary>
    [Fact]
    public void Apply_WhatCannotBeWritten_SaysWhatIsLostAndTheCommand()
    {
        Fill("1", "1");
        Files[Forward] = "0";
        var sysctls = Make(SysctlMode.Apply);
        var target = Target(sysctls);
        Files.Blocked = Forward;
        Compare(target, TableOf("10.9.0.21", ForwardingMethod.Masquerade)).Should().BeEmpty();
        Compare(target, TableOf("10.9.0.21", ForwardingMethod.Masquerade)).Should().BeEmpty();
        sysctls.GetStates().Single(state => state.Setting == Forward).Obstacle.Should().Be($"{Files.Root} is read-only, as in a container");

        Log.Texts.Should().ContainSingle().Which.Should().Contain("net.ipv4.ip_forward is 0 and cannot be set").And.Contain("no client of a service with NAT backends gets an answer")
            .And.Contain("sysctl -w net.ipv4.ip_forward=1");
        Files.Blocked = null;
        Compare(target, TableOf("10.9.0.21", ForwardingMethod.Masquerade));
        Files[Forward].Should().Be("1");
    }

    [Fact]
    public void Check_SaysOnceWhatDiffersAndChangesNothing()
    {
        Fill("0", "1");
        var sysctls = Make(SysctlMode.Check);
        var target = Target(sysctls);

        Compare(target);
        Compare(target);

        (Files[NoDestination], Files[Template]).Should().Be(("0", "1"));
        Log.Texts.Should().ContainSingle().Which.Should().Contain("net.ipv4.vs.expire_nodest_conn is 0").And.Contain("sysctl -w net.ipv4.vs.expire_nodest_conn=1");
        sysctls.Limits.KeepsPersistentClients.Should().BeFalse();
        sysctls.GetStates().Select(static state => state.Status).Should().Equal(SysctlStatus.Missing, SysctlStatus.Set);

        Files[NoDestination] = "1";
        Compare(target);
        Files[NoDestination] = "0";
        Compare(target);
        Log.Texts.Should().HaveCount(2, "it had been mended meanwhile");
    }

    [Fact]
    public void Default_ChecksWhatIsNotOfIpvsAlone()
    {
        Fill("0", "0");
        Files[Forward] = "0";

        Compare(Target(Make(SysctlMode.Default)), TableOf("10.9.0.21", ForwardingMethod.Masquerade));

        (Files[NoDestination], Files[Template], Files[Forward]).Should().Be(("1", "1", "0"));
        Log.Texts.Should().ContainSingle(static line => line.StartsWith("net.ipv4.ip_forward is 0", StringComparison.Ordinal));
    }

    [Fact]
    public void Off_LeavesThemAndKnowsWhatTheyAre()
    {
        Fill("0", "0");
        var sysctls = Make(SysctlMode.Off);

        Compare(Target(sysctls));

        (Files[NoDestination], Files[Template]).Should().Be(("0", "0"));
        Log.Texts.Should().BeEmpty();
        sysctls.Limits.KeepsPersistentClients.Should().BeTrue();
    }

    /// <summary>The settings exist only once the module ip_vs is loaded, which may happen after the start.</summary>
    [Fact]
    public void Apply_BeforeTheyAreThere_IsDoneLater()
    {
        var sysctls = Make(SysctlMode.Apply);
        var target = Target(sysctls);
        var calls = 0;
        target.Changed += () => calls++;
        Compare(target);
        sysctls.Limits.KeepsPersistentClients.Should().BeTrue();

        Fill("0", "0");
        sysctls.Refresh();
        calls.Should().Be(1, "the target asks to be compared");
        Compare(target);

        (Files[NoDestination], Files[Template]).Should().Be(("1", "1"));
        sysctls.Limits.KeepsPersistentClients.Should().BeFalse();
        calls.Should().Be(1);
    }

    /// <summary>IPVS is planned before the setting is written, in the same comparison.</summary>
    [Fact]
    public void Limits_KnowWhatIsAboutToBeSet()
    {
        Fill("0", "0");
        var sysctls = Make(SysctlMode.Default);

        sysctls.Refresh();

        sysctls.Limits.KeepsPersistentClients.Should().BeFalse();
    }

    [Fact]
    public void Drift_IsRepaired_AndTheLastValueKept()
    {
        Fill("1", "0");
        var sysctls = Make(SysctlMode.Apply);
        var target = Target(sysctls);
        Compare(target);
        Files[Template] = "2";

        var repair = target.Observe().Plan(Table.Empty);

        (repair.Count, repair.EntryOf(0), repair.Describe(0), repair.IsContestable(0)).Should().Be((1, Template, $"set {Template} from 2 to 1", true));
        repair.Record().Should().BeTrue();
        repair.ApplyUp(Table.Empty);
        Files[Template].Should().Be("1");
        sysctls.Ledger.Keys.Should().Equal($"{Template}=2");
    }

    [Fact]
    public void Commit_SetsWhatItsServicesAreTheFirstToNeed()
    {
        Fill("1", "1");
        Files[Forward] = "0";
        var sysctls = Make(SysctlMode.Apply);
        var target = Target(sysctls);
        Compare(target);
        var table = TableOf("10.9.0.21", ForwardingMethod.Masquerade);

        var batch = target.BeginBatch();
        batch.Plan(Table.Empty, table, ["web"]);
        batch.Record().Should().BeTrue();
        sysctls.Ledger.Keys.Should().Equal($"{Forward}=0");
        Files[Forward].Should().Be("0", "the ledger is saved first");
        batch.ApplyUp(table).Should().BeEmpty();
        Files[Forward].Should().Be("1");

        var next = target.BeginBatch();
        next.Plan(table, table, ["web"]);
        next.Count.Should().Be(0, "nothing new is needed");
    }

    /// <summary>By then another program may rely on it.</summary>
    [Fact]
    public void RemovalOfTheService_LeavesTheSetting_ShownAsUnneeded()
    {
        Fill("1", "1");
        Files[Forward] = "0";
        var sysctls = Make(SysctlMode.Apply);
        var target = Target(sysctls);
        Compare(target, TableOf("10.9.0.21", ForwardingMethod.Masquerade));

        Compare(target);

        Files[Forward].Should().Be("1");
        var state = sysctls.GetStates().Single(static state => state.Setting == Forward);
        (state.Status, state.Seen, state.Previous).Should().Be((SysctlStatus.Unneeded, "1", "0"));
    }

    /// <summary>Connection tracking is off by default; a start that took it for a difference would compare everything before it is ready.</summary>
    [Fact]
    public void Matches_LooksOnlyAtSettingsThatTheTableNeeds()
    {
        Fill("1", "1");
        Files[SysctlRules.Tracking] = "0";
        var target = Target(Make(SysctlMode.Default));
        var plain = TableOf("10.9.0.21", ForwardingMethod.Masquerade);
        var service = plain.Services["web"];
        var translated = plain.With(service with { Spec = service.Spec with { Masquerade = MasqueradeMode.Always } });

        target.Matches(plain).Should().BeTrue();
        target.Matches(translated).Should().BeFalse();
        Fill("0", "1");
        target.Matches(plain).Should().BeFalse();
    }

    private void Fill(string noDestination, string quiescentTemplate) => (Files[NoDestination], Files[Template]) = (noDestination, quiescentTemplate);
}
