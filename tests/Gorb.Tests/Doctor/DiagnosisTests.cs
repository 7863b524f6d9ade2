using Gorb.Doctor;
using Gorb.Doctor.Facts;
using Gorb.Ipvs;
using Gorb.Ipvs.Nftables;
using Gorb.Model;

namespace Gorb.Tests.Doctor;

/// <summary>What the doctor makes of the facts.</summary>
public sealed class DiagnosisTests
{
    [Fact]
    public void AHealthyHost_HasNoFindings()
    {
        var host = Planted.Host(Planted.Service(null, Planted.BackendSpec())).With(("net.ipv4.ip_forward", "1"));

        Diagnosis.Of(host).Should().BeEquivalentTo(new DoctorView(0, 0, 0, CauseTable.All.Count, []));
    }

    [Fact]
    public void Findings_AreSorted_AndCounted()
    {
        var host = Planted.Host(Planted.Service(null, Planted.BackendSpec())) with { Process = new ProcessFacts { IsInHostNamespace = false, Capabilities = 0 } };

        var view = Diagnosis.Of(host);

        view.Findings.Select(finding => finding.Severity).Should().Equal("error", "warning", "note");
        view.Should().BeEquivalentTo(new { Errors = 1, Warnings = 1, Notes = 1 });
    }

    [Fact]
    public void ManySightings_AreCutOff_AndCounted()
    {
        var host = Planted.Host(Planted.Service(null, [.. Enumerable.Range(1, 12).Select(i => Planted.BackendSpec(ForwardingMethod.Tunnel, $"10.9.0.{i}") with { Tunnel = new(TunnelType.Gue, 6080) })]))
            with
        { KernelVersion = new Version(5, 1) };

        var found = Planted.Find(host, "tunnel-unsupported");

        found.Should().HaveCount(Diagnosis.MaxSightings + 1);
        found[^1].Seen.Should().Be("the same in 2 more places");
    }

    [Theory]
    [InlineData("forwarding-off", "net.ipv4.ip_forward")]
    [InlineData("masquerade-untracked", "net.ipv4.vs.conntrack")]
    [InlineData("udp-without-expiry", "net.ipv4.vs.expire_nodest_conn")]
    [InlineData("persistence-without-expiry", "net.ipv4.vs.expire_quiescent_template")]
    public void ASettingThatTheTableNeeds_IsFound_WithTheCommand(string code, string setting)
    {
        var host = Planted.Host(Planted.Service(Planted.Spec(TransportProtocol.Udp) with { Persistence = new Persistence(60, default), Masquerade = MasqueradeMode.Always }, Planted.BackendSpec())).With((setting, "0"), ("net.ipv4.conf.br0.forwarding", "0"));

        Planted.Find(host, code).Should().ContainSingle().Which.Command.Should().Be($"sysctl -w {setting}=1");
        Planted.Find(host with { Daemon = new DaemonFacts() }, code).Should().BeEmpty("nothing of the table needs it");
    }
}
