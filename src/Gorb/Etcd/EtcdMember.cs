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

    public void Dispose()
    {
        _channel.Dispose();
        _http.Dispose();
    }
}
