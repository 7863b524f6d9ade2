using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Gorb.KernelTests.Lab;

/// <summary>A web server for health checks in a backend's namespace. It answers every request with <see cref="Status"/>.</summary>
internal sealed class WebServer : IDisposable
{
    public const int Port = 8081;

    private readonly TcpListener _listener;
    private readonly X509Certificate2? _certificate;

    public WebServer(string backend, X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _listener = NetworkNamespace.Run(backend, () =>
        {
            var listener = TcpListener.Create(Port); // both address families
            listener.Start();
            return listener;
        });
        _ = ServeAsync();
    }

    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        while (await AcceptAsync() is { } client)
        {
            _ = AnswerAsync(client);
        }
    }

    /// <summary>Accepts a connection; null when the server was stopped.</summary>
    private async Task<TcpClient?> AcceptAsync()
    {
        try
        {
            return await _listener.AcceptTcpClientAsync();
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = await SecureAsync(client.GetStream());
                if (await stream.ReadAsync(new byte[4096]) > 0)
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {(int)Status} {Status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
                }
            }
            catch (Exception error) when (error is IOException or SocketException or System.Security.Authentication.AuthenticationException)
            {
                // the check disconnected
            }
        }
    }

    private async Task<Stream> SecureAsync(Stream stream)
    {
        if (_certificate is null)
        {
            return stream;
        }

        var secure = new SslStream(stream);
        await secure.AuthenticateAsServerAsync(_certificate);
        return secure;
    }
}
