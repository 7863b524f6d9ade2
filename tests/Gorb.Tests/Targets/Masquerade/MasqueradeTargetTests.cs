using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Nftables;
using Gorb.Model;
using Gorb.Targets.Host;
using Gorb.Targets.Host.Masquerade;
using Gorb.Targets.Ipvs;
using Gorb.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gorb.Tests.Targets.Masquerade;

/// <summary>What the target does by itself: leftovers, networks, the kernel setting.</summary>
public sealed class MasqueradeTargetTests : IDisposable
{
    private static readonly ServiceKey Web = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80);

    private readonly FakeKernel _kernel = new();
    private readonly FakeNftables _nftables = new();
    private readonly string _settings = Directory.CreateTempSubdirectory("gorb-sysctl-").FullName;
    private readonly List<IPNetwork> _networks = [IPNetwork.Parse("10.9.0.0/24")];
    private bool _isLoaded = true;

    public void Dispose() => Directory.Delete(_settings, recursive: true);

    /// <summary>After a crash between the store and the kernel, the ledger alone knows of an entry that is to go; its service may still be in the kernel.</summary>
    [Fact]
    public void Leftover_IsRemoved_AlthoughTheKernelHasTheService()
    {
        using (var client = IpvsClient.Create(_kernel.Open))
        {
            client.Apply([new IpvsChange.AddService(new VirtualService(Web))]);
        }

        using var target = Create();
        Apply(target, TableOf(MasqueradeMode.Always));
        target.Ledger.Load(["tcp/10.9.0.100:80"]);

        Apply(target, Table.Empty);

        _nftables.HasTable.Should().BeFalse();
    }

    [Fact]
    public void Networks_ChangeTheRulesOfAuto()
    {
        using var target = Create();
        Apply(target, TableOf(MasqueradeMode.Automatic));
        Networks().Should().Equal(_networks);

        _networks.Add(IPNetwork.Parse("172.17.0.0/16"));
        Apply(target, TableOf(MasqueradeMode.Automatic));
        Networks().Should().Equal(_networks);

        Apply(target, TableOf(MasqueradeMode.Always));
        Networks().Should().BeEmpty("only auto asks for them");
    }

    [Fact]
    public void UnusedTarget_AsksTheKernelNothing_UnlessItHasNftablesLoaded()
    {
        _isLoaded = false;
        using var target = Create();

        target.Matches(Table.Empty).Should().BeTrue();
        Apply(target, Table.Empty);

        _nftables.Questions.Should().Be(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Flush_RemovesTheTable_OrReportsWhyNot(bool isRefused)
    {
        using var target = Create();
        Apply(target, TableOf(MasqueradeMode.Always));
        _nftables.Refuse = kind => isRefused ? Errno.EPERM : Errno.None;

        target.Flush();

        _nftables.HasTable.Should().Be(isRefused);
    }

    [Theory]
    [InlineData(null, "*CONFIG_IP_VS_NFCT*")]
    [InlineData("0", "*it is 0: run sysctl -w net.ipv4.vs.conntrack=1 on the host, or let Gorb set it (--sysctl apply)")]
    public void KernelThatDoesNotTrack_RefusesBeforeTheRulesAreMade(string? value, string reason)
    {
        SetTracking(value);
        using var target = Create();
        var wanted = TableOf(MasqueradeMode.Always);

        var failures = target.Observe().Plan(wanted).ApplyUp(wanted);

        failures.Should().ContainSingle().Which.Reason.Should().Match(reason);
        _nftables.HasTable.Should().BeFalse();
    }

    [Fact]
    public void KernelThatTracks_GetsTheRules()
    {
        SetTracking("1");
        using var target = Create();

        Apply(target, TableOf(MasqueradeMode.Always));

        _nftables.HasTable.Should().BeTrue();
    }

    [Fact]
    public void HostNetworks_AreThoseOfRealNeighbours()
    {
        string[] addresses = ["127.0.0.1/8", "::1/128", "fe80::1/64", "10.9.0.1/24", "10.9.0.100/32", "10.9.0.2/24", "fd00:9::1/61", "172.17.3.1/19"];

        HostNetworks.Find(addresses.Select(Address)).Should().Equal(IPNetwork.Parse("10.9.0.0/24"), IPNetwork.Parse("172.17.0.0/19"), IPNetwork.Parse("fd00:9::/61"));
    }

    private static LinkAddress Address(string text)
    {
        var parts = text.Split('/');
        return new LinkAddress
        {
            Link = 1,
            Address = IPAddress.Parse(parts[0]),
            PrefixLength = byte.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture),
            ValidFor = null,
            IsUsable = true,
        };
    }

    private MasqueradeTarget Create() => new(
        new MasqueradeTables(_nftables.Connect, () => _isLoaded),
        new IpvsClientFactory(() => IpvsClient.Create(_kernel.Open)),
        new TrackingSetting(new SysctlFiles(_settings)),
        () => [.. _networks],
        NullLogger<MasqueradeTarget>.Instance);

    private static Table TableOf(MasqueradeMode mode) => Table.Empty.With(Service.Create("web", new ServiceSpec { Key = Web, Masquerade = mode }));

    private static void Apply(MasqueradeTarget target, Table wanted)
    {
        var repair = target.Observe().Plan(wanted);
        repair.ApplyUp(wanted).Should().BeEmpty();
        repair.ApplyDown(wanted).Should().BeEmpty();
        target.Observe().Plan(wanted).Count.Should().Be(0);
    }

    private IReadOnlyList<IPNetwork> Networks()
    {
        using var table = _nftables.Connect();
        return table.Read().Rules.Networks;
    }

    private void SetTracking(string? value)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_settings, "net/ipv4/vs"));
        File.WriteAllText(Path.Combine(folder.FullName, "expire_nodest_conn"), "1");
        if (value is not null)
        {
            File.WriteAllText(Path.Combine(folder.FullName, "conntrack"), value);
        }
    }
}
