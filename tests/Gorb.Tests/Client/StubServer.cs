using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gorb.Tests.Client;

/// <summary>A server that sends a text on its only connection and keeps the connection open.</summary>
internal sealed class StubServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;
    private TcpClient? _visitor;

    public StubServer(string answer)
    {
        _listener.Start();
        Url = new Uri($"http://{_listener.LocalEndpoint}");
        _serving = ServeAsync(answer);
    }

    public Uri Url { get; }

    public void Dispose()
    {
        _listener.Stop();
        _visitor?.Dispose();
        _serving.Wait(TestContext.Current.CancellationToken);
    }

    private async Task ServeAsync(string answer)
    {
        _visitor = await _listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var request = new byte[4096];
        _ = await _visitor.GetStream().ReadAsync(request, TestContext.Current.CancellationToken);
        await _visitor.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), TestContext.Current.CancellationToken);
    }
}
