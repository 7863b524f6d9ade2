using System.Net;
using Gorb.Doctor.Facts;
using Gorb.Ipvs;

namespace Gorb.Tests.Doctor;

/// <summary>Other programs and tables of the host.</summary>
public sealed class LocalCauseTests
{
    [Theory]
    [InlineData("0.0.0.0", 80, true)]
    [InlineData("::", 80, true)]
    [InlineData("10.9.0.100", 80, true)]
    [InlineData("10.9.0.1", 80, false)]
    [InlineData("0.0.0.0", 81, false)]
    public void AListenerAtTheServicesAddress_IsFound(string address, ushort port, bool isFound)
    {
        var host = Planted.Host(Planted.Service(null, Planted.BackendSpec())) with { Listeners = [new Listener(TransportProtocol.Tcp, IPAddress.Parse(address), port, 7, "nginx")] };

        Planted.Find(host, "port-taken-locally").Select(finding => finding.Command).Should().Equal(isFound ? ["kill 7"] : []);
    }

    [Theory]
    [InlineData("79", null)]
    [InlineData("80", "warning")]
    [InlineData("95", "error")]
    public void TheShareOfTrackedConnections_SetsTheSeverity(string count, string? severity)
    {
        var host = Planted.Host().With(("net.netfilter.nf_conntrack_count", count), ("net.netfilter.nf_conntrack_max", "100"));

        Planted.Find(host, "conntrack-filling").Select(finding => finding.Severity).Should().Equal(severity is null ? [] : [severity]);
    }

    [Fact]
    public void TheListenersOfThisMachine_AreRead_WithTheirProcess()
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        var port = (ushort)((IPEndPoint)socket.LocalEndPoint!).Port;

        var listener = ListenerReader.Read("/proc", one => one == port).Should().ContainSingle().Subject;

        listener.Should().BeEquivalentTo(new { Protocol = TransportProtocol.Tcp, Address = IPAddress.Loopback, Port = port, Process = (int?)Environment.ProcessId });
    }
}
