using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Nftables;
using Gorb.Model;
using Gorb.Targets.Host;

namespace Gorb.Tests.Targets.Host;

/// <summary>Which settings a table needs, and whether the values of a host suffice.</summary>
public sealed class SysctlRulesTests : SysctlTest
{
    private static readonly string[] OfIpvs = [NoDestination, Template];

    [Fact]
    public void EmptyTable_NeedsNothingButWhatConcernsIpvsAlone() => Needs(Table.Empty).Should().Equal(OfIpvs);

    [Theory]
    [InlineData("10.9.0.21", "net.ipv4.ip_forward=1", "net.ipv4.conf.eth0.forwarding=1", "net.ipv4.conf.all.send_redirects=0", "net.ipv4.conf.eth0.send_redirects=0")]
    [InlineData("10.77.0.21", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.send_redirects=0")] // behind a router
    [InlineData("10.9.0.1")] // this host
    [InlineData("127.0.0.1")]
    public void Nat(string backend, params string[] expected) => NeedsOf(TableOf(backend, ForwardingMethod.Masquerade)).Should().Equal(expected);

    [Theory]
    [InlineData(MasqueradeMode.Never, false)]
    [InlineData(MasqueradeMode.Always, true)]
    [InlineData(MasqueradeMode.Automatic, true)]
    public void Masquerade_NeedsTracking(MasqueradeMode mode, bool needs)
    {
        var service = TableOf("10.9.0.21", ForwardingMethod.Masquerade).Services["web"];

        var table = Table.Empty.With(service with { Spec = service.Spec with { Masquerade = mode } });

        Needs(table).Contains("net.ipv4.vs.conntrack").Should().Be(needs);
    }

    [Fact]
    public void NatOfIpv6_ForwardsIpv6() =>
        NeedsOf(TableOf("fd00:9::21", ForwardingMethod.Masquerade, "fd00:9::100")).Should().Equal("net.ipv6.conf.all.forwarding=1");

    /// <summary>Otherwise forwarding would cost the host its own default route.</summary>
    [Fact]
    public void NatOfIpv6_WithAnAdvertisedRoute_KeepsIt()
    {
        var facts = Facts with { AdvertisedRoutes = new(["eth0"]) };

        NeedsOf(TableOf("fd00:9::21", ForwardingMethod.Masquerade, "fd00:9::100"), facts).Should().Equal("net.ipv6.conf.eth0.accept_ra=2", "net.ipv6.conf.all.forwarding=1");
    }

    [Theory]
    [InlineData(ForwardingMethod.DirectRoute)]
    [InlineData(ForwardingMethod.Tunnel)]
    public void DirectRoutingAndTunnels_AskForBackendsWithTheHostsOwnAddress(ForwardingMethod method) =>
        NeedsOf(TableOf("10.9.0.21", method)).Should().Equal("net.ipv4.conf.eth0.arp_announce=2");

    [Theory]
    [InlineData("all.accept_local=0 eth0.accept_local=0 all.rp_filter=0 eth0.rp_filter=1", "accept_local rp_filter")]
    [InlineData("all.accept_local=1 eth0.accept_local=0 all.rp_filter=1 eth0.rp_filter=2", "")]
    [InlineData("all.accept_local=0 eth0.accept_local=1 all.rp_filter=1 eth0.rp_filter=0", "rp_filter")]
    public void ChecksByPath_GetRepliesFromTheHostsOwnAddress(string values, string missing)
    {
        var files = values.Split(' ').Select(static word => word.Split('=')).ToDictionary(static word => $"net.ipv4.conf.{word[0]}", static word => word[1]);
        var table = TableOf("10.9.0.21", ForwardingMethod.DirectRoute);
        var service = table.Services["web"];
        var uses = TableUses.Of(service with { Spec = service.Spec with { Pulse = """{"type": "tcp", "via": "path"}""" } }, Facts).ToList();

        uses.Should().Contain(new TableUse(TableFeature.PathCheck4, "eth0"));
        SysctlRules.Find(uses.FindAll(static use => use.Feature == TableFeature.PathCheck4), Facts.Kernel).Where(need => !need.IsMet(files.GetValueOrDefault))
            .Select(static need => need.Setting["net.ipv4.conf.eth0.".Length..]).Should().Equal(missing.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void ChangedService_IsAskedOnlyForWhatDiffers()
    {
        var before = TableOf("10.9.0.21", ForwardingMethod.DirectRoute).Services["web"];
        var added = before.Backends.Values[0] with { Name = "b9", Spec = before.Backends.Values[0].Spec with { Address = IPAddress.Parse("192.0.2.9"), Method = ForwardingMethod.Masquerade } };
        var after = before with { Backends = before.Backends.With(added) };

        Changes(before, after).Should().Equal(new TableUse(TableFeature.Nat4, Facts.FindDevice(added.Spec.Address)));
        Changes(null, after).Should().BeEquivalentTo(TableUses.Of(after, Facts));
        Changes(before, before with { Spec = before.Spec with { Pulse = """{"type": "tcp", "via": "path"}""" } }).Should().Contain(new TableUse(TableFeature.PathCheck4, "eth0"));
        Changes(after, before).Should().BeEmpty();
    }

    [Fact]
    public void AddressOnAnotherDevice_MustBeAnswered_ButIsOnlyTold()
    {
        var needs = SysctlRules.Find(TableUses.Of(TableOf("127.0.0.1", ForwardingMethod.Masquerade, "10.9.0.100"), Facts), Facts.Kernel);

        needs.Where(static need => need.Rule.Treatment == SysctlTreatment.Told).Select(static need => need.Setting)
            .Should().Equal("net.ipv4.conf.all.arp_ignore", "net.ipv4.conf.eth0.arp_ignore");
    }

    [Theory]
    [InlineData("5.8", "0", "1")]
    [InlineData("5.9", "1", "0")]
    [InlineData("6.12", "1", "0")]
    public void PortReuse_DependsOnTheKernel(string kernel, string wanted, string bad)
    {
        var need = SysctlRules.Find([new TableUse(TableFeature.Tcp)], Version.Parse(kernel)).Should().ContainSingle().Which;

        need.Value.Should().Be(wanted);
        (need.IsMet(_ => wanted), need.IsMet(_ => bad)).Should().Be((true, false));
    }

    /// <summary>The kernel takes the larger value of arp_announce and forwards by the device's setting.</summary>
    [Theory]
    [InlineData("arp_announce", "all.arp_announce=0 eth0.arp_announce=0", false)]
    [InlineData("arp_announce", "all.arp_announce=1 eth0.arp_announce=0", true)]
    [InlineData("arp_announce", "all.arp_announce=0 eth0.arp_announce=2", true)]
    [InlineData("all.send_redirects", "all.send_redirects=1 eth0.send_redirects=0", false)]
    [InlineData("eth0.send_redirects", "all.send_redirects=0 eth0.send_redirects=1", false)]
    [InlineData("all.arp_ignore", "all.arp_ignore=1 eth0.arp_ignore=0", false)]
    [InlineData("eth0.arp_ignore", "all.arp_ignore=1 eth0.arp_ignore=0", true)]
    [InlineData("eth0.arp_ignore", "all.arp_ignore=0 eth0.arp_ignore=3", true)]
    public void EffectiveValues(string setting, string values, bool isMet)
    {
        var files = values.Split(' ').Select(static word => word.Split('=')).ToDictionary(static word => $"net.ipv4.conf.{word[0]}", static word => word[1]);
        TableUse[] uses = [new(TableFeature.Nat4, "eth0"), new(TableFeature.SharedAddress4, "eth0"), new(TableFeature.AddressElsewhere4, "eth0")];

        SysctlRules.Find(uses, Facts.Kernel).Single(need => need.Setting.EndsWith(setting, StringComparison.Ordinal)).IsMet(files.GetValueOrDefault).Should().Be(isMet);
    }

    [Theory]
    [InlineData("0", "0", false, true)] // ip_forward sets the device's, too
    [InlineData("1", "0", true, false)]
    [InlineData("0", "1", true, true)]
    [InlineData("1", "1", true, true)]
    public void Forwarding_IsTheDevices(string all, string device, bool isMet, bool isDeviceMet)
    {
        var files = new Dictionary<string, string> { [Forward] = all, ["net.ipv4.conf.eth0.forwarding"] = device };
        var needs = SysctlRules.Find([new TableUse(TableFeature.Nat4, "eth0")], Facts.Kernel);

        needs.Where(static need => need.Setting is Forward or "net.ipv4.conf.eth0.forwarding").Select(need => need.IsMet(files.GetValueOrDefault)).Should().Equal(isMet, isDeviceMet);
    }

    /// <summary>As sysctl(8) writes it: the dot of a VLAN's name is a slash.</summary>
    [Fact]
    public void DeviceWithADot_HasItsOwnFile()
    {
        var setting = SysctlRule.NameFor("net.ipv4.conf.DEVICE.rp_filter", "eth0.5");
        Directory.CreateDirectory(Path.Combine(Files.Root, "net/ipv4/conf/eth0.5"));
        File.WriteAllText(Path.Combine(Files.Root, "net/ipv4/conf/eth0.5/rp_filter"), "1\n");

        setting.Should().Be("net.ipv4.conf.eth0/5.rp_filter");
        new SysctlFiles(Files.Root).Read(setting).Should().Be("1");
    }

    [Theory]
    [InlineData("00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe80000000000000c89c32fffe5a4a33 00000400 00000002 00000000 00450003     eth0", "eth0")]
    [InlineData("00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe80000000000000c89c32fffe5a4a33 00000400 00000002 00000000 00000003     eth0", null)]
    [InlineData("fd000009000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00450001     eth0", null)]
    public void AdvertisedRoute_IsFound(string line, string? device) => HostFactsReader.ParseAdvertisedRoute(line).Should().Be(device);

    [Fact]
    public void EveryRule_SaysWhyInASentence() => SysctlRules.All.Should().OnlyContain(static rule =>
        rule.Reason.Length > 20 && rule.Loss.Length > 20 && !rule.Reason.EndsWith('.') && !rule.Loss.EndsWith('.') && char.IsLower(rule.Reason[0]) && char.IsLower(rule.Loss[0]));

    private static HashSet<TableUse> Changes(Service? before, Service now)
    {
        var uses = new HashSet<TableUse>();
        TableUses.AddChanged(before, now, Facts, uses);
        return uses;
    }

    private static IEnumerable<string> Needs(Table table) => SysctlRules.Find(TableUses.Of(table, Facts), Facts.Kernel).Select(static need => need.Setting);

    private static IEnumerable<string> NeedsOf(Table table, HostFacts? facts = null) => SysctlRules.Find(TableUses.Of(table, facts ?? Facts), (facts ?? Facts).Kernel)
        .Where(static need => need.Rule.Treatment == SysctlTreatment.Applied && !need.Setting.EndsWith("conn_reuse_mode", StringComparison.Ordinal)).Select(static need => $"{need.Setting}={need.Value}");
}
