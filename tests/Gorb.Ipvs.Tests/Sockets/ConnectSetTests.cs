using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs.Sockets;

namespace Gorb.Ipvs.Tests.Sockets;

public sealed class ConnectSetTests : IDisposable
{
    private const int Patience = 100_000;
    private readonly ConnectSet _set = new();

    public void Dispose() => _set.Dispose();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Wait_ListenerAccepts_IsConnected(string address)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();

        Finish((IPEndPoint)listener.LocalEndpoint).Should().Be(Errno.None);
    }

    [Fact]
    public void Wait_NothingListens_IsRefused() => Finish(FreePort()).Should().Be(Errno.ECONNREFUSED);

    [Fact]
    public void Wait_ManySockets_ReportsEach()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(backlog: 100);
        var waiting = new HashSet<int>();
        for (var i = 0; i < 100; i++)
        {
            ConnectSet.Connect((IPEndPoint)listener.LocalEndpoint, out var descriptor).Should().BeOneOf(Errno.EINPROGRESS, Errno.None);
            _set.Watch(descriptor).Should().Be(Errno.None);
            waiting.Add(descriptor);
        }

        while (waiting.Count > 0)
        {
            var ready = _set.Wait(Patience).ToArray();
            ready.Should().NotBeEmpty();
            foreach (var descriptor in ready)
            {
                waiting.Remove(descriptor).Should().BeTrue();
                ConnectSet.Outcome(descriptor).Should().Be(Errno.None);
                ConnectSet.Close(descriptor);
            }
        }
    }

    [Fact]
    public void Wait_NothingToReport_EndsAtTheTimeout() => _set.Wait(1).Length.Should().Be(0);

    [Fact]
    public void Wake_BeforeTheWait_EndsItOnce()
    {
        _set.Wake();

        _set.Wait(-1).Length.Should().Be(0);
        _set.Wait(1).Length.Should().Be(0);
    }

    [Fact]
    public void Wake_OnAnotherThread_EndsTheWait()
    {
        var waker = new Thread(_set.Wake);
        waker.Start();

        _set.Wait(-1).Length.Should().Be(0);
        waker.Join();
    }

    [Fact]
    public void Watch_ClosedSocket_SaysSo() => _set.Watch(int.MaxValue).Should().Be(Errno.EBADF);

    [Fact]
    public async Task Close_Connected_IsAReset()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        ConnectSet.Connect((IPEndPoint)listener.LocalEndpoint, out var descriptor);
        using var accepted = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);

        ConnectSet.Close(descriptor);

        var receive = async () => await accepted.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken);
        (await receive.Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    private static IPEndPoint FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }

    /// <summary>Connects, waits for the end and closes.</summary>
    private Errno Finish(IPEndPoint endpoint)
    {
        var outcome = ConnectSet.Connect(endpoint, out var descriptor);
        if (outcome == Errno.EINPROGRESS)
        {
            _set.Watch(descriptor).Should().Be(Errno.None);
            _set.Wait(Patience).ToArray().Should().Equal(descriptor);
            outcome = ConnectSet.Outcome(descriptor);
        }

        ConnectSet.Close(descriptor);
        return outcome;
    }
}
