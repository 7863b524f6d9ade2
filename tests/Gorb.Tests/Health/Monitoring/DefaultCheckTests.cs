namespace Gorb.Tests.Health.Monitoring;

/// <summary>The check of backends that configure none.</summary>
public sealed class DefaultCheckTests : PulseTest
{
    [Theory]
    [InlineData("tcp", 0)]
    [InlineData("udp", 100)] // most UDP backends do not listen on TCP, and silence after a datagram proves nothing
    [InlineData("sctp", 100)]
    public async Task BackendThatTakesNoTcp_LosesItsWeightOnlyInATcpService(string protocol, int weight)
    {
        Prober.Fail("10.9.0.21");

        await PutWebAsync($$"""{"host": "10.9.0.100", "port": 514, "protocol": "{{protocol}}"}""", backends: 1);
        await PassAsync(20);

        Weights()["10.9.0.21"].Should().Be(weight);
    }

    /// <summary>A mark says neither protocol nor port: on the packets of a UDP service, a TCP check would find every backend down.</summary>
    [Fact]
    public async Task ServiceByMark_IsCheckedOnlyIfItSaysHow()
    {
        Prober.Fail("10.9.0.21");
        await PutWebAsync("""{"fwmark": 7}""", backends: 1);
        await PassAsync(20);
        Weights()["10.9.0.21"].Should().Be(100);

        await PutWebAsync("""{"fwmark": 7, "pulse": {"type": "tcp"}}""", backends: 1);
        await PassAsync(20);

        Weights()["10.9.0.21"].Should().Be(0);
    }

    [Fact]
    public async Task UdpService_WithACheckOfItsOwn_IsChecked()
    {
        Prober.Fail("10.9.0.21");

        await PutWebAsync("""{"host": "10.9.0.100", "port": 53, "protocol": "udp", "pulse": {"type": "tcp"}}""", backends: 1);
        await PassAsync(20);

        Weights().Should().BeEmpty("a UDP backend that is down is taken out of the kernel");
    }
}
