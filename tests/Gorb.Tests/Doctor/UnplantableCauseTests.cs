using System.Net.Sockets;
using Gorb.Doctor.Facts;
using Gorb.Ipvs;
using Gorb.Model.Checks;
using Gorb.Targets.Host.Sync;

namespace Gorb.Tests.Doctor;

/// <summary>Causes that no lab can plant: they need another kernel, a huge table, or another program's mistakes.</summary>
public sealed class UnplantableCauseTests
{
    [Fact]
    public void ADestinationWithAnotherPortWithoutNat_IsRemovedByItsCommand()
    {
        var service = Planted.Service(null, Planted.BackendSpec(ForwardingMethod.DirectRoute) with { Port = 81 });

        Planted.Find(Planted.Host(service), "port-mapped-without-nat").Should().ContainSingle().Which.Command.Should().Be("ipvsadm -d -t 10.9.0.100:80 -r 10.9.0.21:81");
    }

    [Theory]
    [InlineData("5.1", TunnelType.Gue, true)]
    [InlineData("5.2", TunnelType.Gue, false)]
    [InlineData("5.2", TunnelType.Gre, true)]
    [InlineData("5.3", TunnelType.Gre, false)]
    public void ATunnelThatTheKernelCannotMake_IsFound(string kernel, TunnelType type, bool isFound)
    {
        var service = Planted.Service(null, Planted.BackendSpec(ForwardingMethod.Tunnel) with { Tunnel = new(type, type == TunnelType.Gue ? (ushort)6080 : (ushort)0) });

        Planted.Find(Planted.Host(service) with { KernelVersion = Version.Parse(kernel) }, "tunnel-unsupported").Should().HaveCount(isFound ? 1 : 0);
    }

    [Fact]
    public void AModuleThatIsMissing_IsLoaded_UnlessTheRightsAreMissing()
    {
        var host = Planted.Host() with { IpvsTrouble = "ipvs: no family" };

        Planted.Find(host, "ipvs-missing").Should().ContainSingle().Which.Command.Should().Be("modprobe ip_vs");
        Planted.Find(host with { Process = new ProcessFacts { Capabilities = 0 } }, "ipvs-missing").Should().BeEmpty("without rights nothing is known of the module");
    }

    [Fact]
    public void ASchedulerThatIsNotLoaded_IsNamed_WhenItsServiceIsMissing()
    {
        var host = Planted.Host(Planted.Service(Planted.Spec() with { Method = "mh" }, Planted.BackendSpec())) with { Modules = new HashSet<string> { "ip_vs" } };

        Planted.Find(host, "scheduler-missing").Should().BeEmpty("the kernel has the service");
        Planted.Find(host with { Entries = [] }, "scheduler-missing").Should().ContainSingle().Which.Command.Should().StartWith("modprobe ip_vs_mh && kill -HUP ");
        Planted.Find(host with { Entries = [], Modules = new HashSet<string> { "ip_vs_mh" } }, "scheduler-missing").Should().BeEmpty();
        Planted.Find(host with { Entries = [], Modules = null }, "scheduler-missing").Should().BeEmpty("the modules are unknown");
    }

    /// <summary>The services of checks by path are Gorb's, although the wanted table does not name them.</summary>
    [Fact]
    public void AMarkOfChecksByPath_IsNoUnmanagedOne()
    {
        var host = Planted.Host(Planted.Service(null, Planted.BackendSpec()));

        Planted.Find(host with { Entries = [.. host.Entries, Marked(MarkRange.Default.First)] }, "unmanaged-mark").Should().BeEmpty();
        Planted.Find(host with { Entries = [.. host.Entries, Marked(7)] }, "unmanaged-mark").Should().ContainSingle();

        static TableEntry Marked(uint mark) => new(new VirtualServiceEntry(new VirtualService(ServiceKey.ForFirewallMark(mark, AddressFamily.InterNetwork)), default), []);
    }

    [Fact]
    public void LimitsOfTheConnectionSync_AreTold_WhereItIsInUse()
    {
        var mixed = Planted.Service(Planted.Spec(TransportProtocol.Udp) with { OnePacket = true }, Planted.BackendSpec(ForwardingMethod.Tunnel, "fd00:9::21"));
        var host = Planted.Host(mixed).With(("net.ipv4.vs.sync_ports", "4"), ("net.ipv4.vs.sync_threshold", "3\t50"));
        SyncState[] states =
        [
            new(SyncRole.Master, SyncStatus.Conflict, new SyncDaemon(SyncRole.Master, "eth2", 3), null, "another program runs the master"),
            new(SyncRole.Backup, SyncStatus.Running, new SyncDaemon(SyncRole.Backup, "eth1", 7), null, null),
        ];
        var synchronized = host with { Daemon = host.Daemon! with { Sync = states } };

        string[] codes = ["sync-stopped", "sync-mixed-families", "sync-settings", "sync-ports", "sync-one-packet"];
        codes.Should().AllSatisfy(code => Planted.Find(host, code).Should().BeEmpty()).And.AllSatisfy(code => Planted.Find(synchronized, code).Should().ContainSingle());
        Planted.Find(synchronized, "sync-stopped")[0].Command.Should().Be("ipvsadm --stop-daemon master");
        Planted.Find(synchronized, "sync-settings")[0].Command.Should().Be("sysctl -w 'net.ipv4.vs.sync_threshold=0 0'");
    }

    [Fact]
    public void DirectorThatDoesNotAnswer_IsTold()
    {
        var host = Planted.Host();

        Planted.Find(host, "peer-silent").Should().BeEmpty();
        Planted.Find(host with { Daemon = host.Daemon! with { Unreachable = ["lb2 does not answer at 10.0.0.2:4673 (UDP)"] } }, "peer-silent").Should().ContainSingle().Which.Subject.Should().Be("lb2");
    }

    [Fact]
    public void ConnectionsThatCrowdTheTable_AreFound()
    {
        var service = Planted.Service(null, Planted.BackendSpec());
        var host = Planted.Host(service);
        var entry = host.Entries[0];

        var crowded = host with { Entries = [entry with { Destinations = [entry.Destinations[0] with { InactiveConnections = 8 * 4096 + 1 }] }] };

        Planted.Find(host, "connection-table-small").Should().BeEmpty();
        Planted.Find(crowded, "connection-table-small").Should().ContainSingle().Which.Seen.Should().Be("32769 connections in 4096 buckets");
    }

    [Fact]
    public void MoreBackendsThanTheHashHasBuckets_AreFound()
    {
        var service = Planted.Service(Planted.Spec() with { Method = "sh" }, [.. Enumerable.Range(0, 257).Select(static i => Planted.BackendSpec(address: $"10.8.{i / 256}.{i % 256}"))]);

        Planted.Find(Planted.Host(service), "hash-too-small").Should().ContainSingle().Which.Command.Should().Contain("\"method\": \"mh\"");
    }

    [Fact]
    public void WhatOtherProgramsKeepChanging_IsTold()
    {
        var host = Planted.Host();
        host = host with { Daemon = host.Daemon! with { Contested = ["tcp/10.9.0.100:80"] } };

        Planted.Find(host, "entry-contested").Should().ContainSingle();
    }

    [Fact]
    public void NamesInCommands_CannotAddCommands()
    {
        var spec = Planted.Spec();
        var service = Model.Service.Create("a';reboot;'", spec) with { Backends = Planted.Service(spec, Planted.BackendSpec() with { Weight = 0 }).Backends };

        Planted.Find(Planted.Host(service), "no-weight").Single().Command.Should().Contain("/service/a%27%3Breboot%3B%27/b1 ");
        Gorb.Doctor.ShellText.Quote("eth0.7").Should().Be("eth0.7");
        Gorb.Doctor.ShellText.Quote("a'b;c").Should().Be(@"'a'\''b;c'");
    }
}
