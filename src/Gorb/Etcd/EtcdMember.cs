using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;

namespace Gorb.Etcd;

/// <summary>The connection to one member of etcd. It is opened by the first call.</summary>
internal sealed class EtcdMember : IDisposable
{
    /// <summary>etcd closes connections on which pings come more often than every 5 s.</summary>
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(6), PingTimeout = TimeSpan.FromSeconds(3);

    /// <summary>The largest answer that is read: a watch that was away gets many changes at once.</summary>
    private const int MaxAnswerBytes = 64 * 1024 * 1024;

    private readonly HttpClient _http;
    private readonly GrpcChannel _channel;

    public EtcdMember(Uri endpoint, EtcdOptions options)
    {
        Endpoint = endpoint;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = options.ConnectTimeout,
            ConnectCallback = ConnectAsync,
            KeepAlivePingDelay = PingDelay,
            KeepAlivePingTimeout = PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            EnableMultipleHttp2Connections = false,
        };
        if (options.Tls is not null && endpoint.Scheme == Uri.UriSchemeHttps)
        {
            handler.SslOptions = options.Tls(endpoint);
        }

        // With a handler of its own, the channel would wait ever longer between attempts to connect, and fail all calls meanwhile.
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _channel = GrpcChannel.ForAddress(endpoint, new GrpcChannelOptions { HttpClient = _http, MaxReceiveMessageSize = MaxAnswerBytes, MaxRetryAttempts = null });
        Calls = _channel.CreateCallInvoker();
    }

    public Uri Endpoint { get; }

    public CallInvoker Calls { get; }

    /// <summary>Whether there has ever been a connection. Before, no call can have been sent, however it failed.</summary>
    public bool WasConnected { get; private set; }

    public void Dispose()
    {
        _channel.Dispose();
        _http.Dispose();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancel).ConfigureAwait(false);
            WasConnected = true;
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
