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

    [Fact]
    public async Task UdpService_WithACheckOfItsOwn_IsChecked()
    {
        Prober.Fail("10.9.0.21");

        await PutWebAsync("""{"host": "10.9.0.100", "port": 53, "protocol": "udp", "pulse": {"type": "tcp"}}""", backends: 1);
        await PassAsync(20);

        Weights().Should().BeEmpty("a UDP backend that is down is taken out of the kernel");
    }
}
