using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs.Sockets;

namespace Gorb.Ipvs.Tests.Sockets;

public sealed class SilentListenerTests
{
    private const int Patience = 60_000_000; // microseconds

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Packets_AreNotAnswered_UntilItEnds(string address)
    {
        var at = FreePort(IPAddress.Parse(address));
        using var client = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        using (var listener = SilentListener.TryOpen(at, out var error))
        {
            error.Should().Be(Errno.None);
            Begin(client, at);

            client.Poll(500_000, SelectMode.SelectWrite).Should().BeFalse("a reset of this host would come at once");
        }

        client.Poll(Patience, SelectMode.SelectWrite).Should().BeTrue("the packet is sent again, after a second");
        client.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error).Should().Be((int)SocketError.ConnectionRefused);
    }

    [Fact]
    public void AddressMayComeLater()
    {
        using var listener = SilentListener.TryOpen(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 80), out var error);

        error.Should().Be(Errno.None);
    }

    [Fact]
    public void PortOfAnotherListener_IsLeftToIt()
    {
        using var other = new TcpListener(IPAddress.Any, 0);
        other.Start();

        SilentListener.TryOpen(new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)other.LocalEndpoint).Port), out var error).Should().BeNull();

        error.Should().Be(Errno.EADDRINUSE);
    }

    private static void Begin(Socket client, IPEndPoint at) =>
        client.Invoking(one => one.Connect(at)).Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.WouldBlock, "it is under way");

    private static IPEndPoint FreePort(IPAddress address)
    {
        using var listener = new TcpListener(address, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }
}
