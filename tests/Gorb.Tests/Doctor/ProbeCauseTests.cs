using System.Net;
using System.Net.NetworkInformation;
using Gorb.Doctor;
using Gorb.Doctor.Facts;
using Gorb.Ipvs;
using Gorb.Ipvs.Probes;

namespace Gorb.Tests.Doctor;

/// <summary>What the answers of other hosts tell.</summary>
public sealed class ProbeCauseTests
{
    private static readonly PhysicalAddress Backend = PhysicalAddress.Parse("020000000021"), Stranger = PhysicalAddress.Parse("020000000099");
    private static readonly HostView Host = Planted.Host(Planted.Service(null, Planted.BackendSpec(ForwardingMethod.DirectRoute)));

    [Fact]
    public void AStrangerThatAnswersForTheVip_IsNamed() =>
        Planted.Find(Answered((Planted.Vip, Stranger)), "vip-on-two-hosts").Should().ContainSingle().Which.Seen.Should().Be("02:00:00:00:00:99 on br0 answers for 10.9.0.100 of service web");

    [Fact]
    public void ABackendThatAnswersForTheVip_IsPrepared_AndIsNoStranger()
    {
        var host = Answered((Planted.Vip, Backend), (IPAddress.Parse("10.9.0.21"), Backend));

        Planted.Find(host, "backend-answers-arp").Should().ContainSingle().Which.Command.Should().Be("gorb recipe -s http://127.0.0.1:4672/ web/b1 | ssh root@10.9.0.21 sh");
        Planted.Find(host, "vip-on-two-hosts").Should().BeEmpty();
    }

    [Fact]
    public void AnAddressOfThisHostElsewhere_IsNoStranger() => Planted.Find(Answered((Planted.Vip, Planted.Wire.HardwareAddress)), "vip-on-two-hosts").Should().BeEmpty();

    [Theory]
    [InlineData(EchoResult.Answered, EchoResult.Silent, "backend-lacks-vip")]
    [InlineData(EchoResult.Answered, EchoResult.NotUnwrapped, "tunnel-not-unwrapped")]
    [InlineData(EchoResult.Answered, EchoResult.Answered, null)]
    [InlineData(EchoResult.Silent, EchoResult.Silent, null)] // a host that answers no ping tells nothing
    public void PingsOfABackend_TellWhatItLacks(EchoResult own, EchoResult viaIpvs, string? code)
    {
        var host = Host with { Probes = new ProbeFacts { Echoes = [new BackendEcho("web", "b1", own, viaIpvs) { Claimed = 1500, Largest = 1500, Address = IPAddress.Parse("10.9.0.21") }] } };

        Diagnosis.Of(host).Findings.Select(finding => finding.Code).Where(found => found is "backend-lacks-vip" or "tunnel-not-unwrapped").Should().Equal(code is null ? [] : [code]);
    }

    [Theory]
    [InlineData(1400, false, true)]
    [InlineData(0, true, false)]
    [InlineData(1500, false, false)]
    public void APathThatLosesLargePackets_IsFound_UnlessItSaysSo(int largest, bool isTold, bool isFound)
    {
        var echo = new BackendEcho("web", "b1", EchoResult.Answered, EchoResult.Answered) { Claimed = 1500, Largest = largest, IsTold = isTold, Address = IPAddress.Parse("10.9.0.21") };

        var found = Planted.Find(Host with { Probes = new ProbeFacts { Echoes = [echo] } }, "path-mtu-lost");

        found.Select(finding => finding.Command).Should().Equal(isFound ? ["ip route replace 10.9.0.21 dev br0 mtu 1400"] : []);
    }

    private static HostView Answered(params (IPAddress Address, PhysicalAddress Mac)[] answers) =>
        Host with { Probes = new ProbeFacts { Arp = [.. answers.Select(static answer => ("br0", new ProbeAnswer(answer.Address, answer.Mac)))] } };
}
