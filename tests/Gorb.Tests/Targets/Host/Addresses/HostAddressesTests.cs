using System.Net;
using Gorb.Targets.Host.Addresses;

namespace Gorb.Tests.Targets.Host.Addresses;

public sealed class HostAddressesTests
{
    [Theory]
    [InlineData("10.9.0.100", null, "eth0")]
    [InlineData("10.9.0.100", "eth1", "eth0 eth1")]
    [InlineData("192.0.2.1", null, "")]
    [InlineData("192.0.2.1", "eth1", "eth1")]
    [InlineData("2001:db8::1", "eth0", "eth0")]
    [InlineData("2001:db8::1", "gorb0", "")]
    [InlineData("2001:db8::1", "eth2", "")]
    public void Wires_AreThoseOfItsSubnet_AndTheDeviceThatGetsIt(string address, string? device, string wires)
    {
        var network = new FakeNetwork();
        network.AddLink("eth1", isUp: true);
        network.AddLink("eth2", isUp: false);
        network.AddLink("gorb0", isUp: true, usesArp: false);
        using var client = network.Host.Connect();

        string.Join(' ', HostAddresses.Read(client).FindWires(IPAddress.Parse(address), device).Select(static link => link.Name)).Should().Be(wires);
    }
}
