using System.Net;
using Gorb.Access;
using Gorb.Api;
using Gorb.Platform;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gorb.Web;

/// <summary>The HTTP server of the daemon: where it listens, its limits, and on which threads it works.</summary>
internal static class Server
{
    /// <param name="builder">The daemon's builder.</param>
    /// <param name="listen">Where the API listens; a <see cref="TlsEndPoint"/> needs <see cref="TlsHandshake"/> among the services.</param>
    /// <param name="metrics">Where only metrics and health are served.</param>
    public static void UseServer(this WebApplicationBuilder builder, IReadOnlyList<EndPoint> listen, IReadOnlyList<EndPoint> metrics)
    {
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            SetLimits(kestrel.Limits);
            foreach (var endpoint in listen)
            {
                Listen(kestrel, endpoint, isMetrics: false);
            }

            foreach (var endpoint in metrics)
            {
                Listen(kestrel, endpoint, isMetrics: true);
            }
        });
        // A request runs from the socket to its handler on one thread, and its response is sent on the thread that completes it. Handlers do not block:
        // they wait for the writer and for slow clients without holding a thread.
        builder.Services.Configure<SocketTransportOptions>(sockets =>
        {
            sockets.UnsafePreferInlineScheduling = true;
            sockets.WaitForDataBeforeAllocatingBuffer = false; // an idle connection holds 4 KB; in return each request saves a system call and a wait
        });
    }

    /// <summary>Closes connections of clients that send or receive almost nothing, on purpose or because they are gone.</summary>
    private static void SetLimits(KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = JsonRequestBody.MaxBytes;
        limits.MaxRequestLineSize = RejectedRequests.MaxLineBytes;
        limits.MaxRequestHeadersTotalSize = RejectedRequests.MaxHeaderBytes;
        limits.MaxRequestHeaderCount = RejectedRequests.MaxHeaders;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(RejectedRequests.HeaderSeconds);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));
    }

    /// <summary>Listens on an endpoint. On a kernel without IPv6, "any address" means any IPv4 address.</summary>
    private static void Listen(KestrelServerOptions kestrel, EndPoint endpoint, bool isMetrics)
    {
        switch (endpoint)
        {
            case IPEndPoint { Port: var port } any when any.Address.Equals(IPAddress.IPv6Any):
                kestrel.ListenAnyIP(port, Configure);
                break;
            case TlsEndPoint tls:
                kestrel.Listen(tls.Address, tls.Port, Configure);
                break;
            default:
                kestrel.Listen(endpoint, Configure);
                break;
        }

        void Configure(ListenOptions listen)
        {
            kestrel.ApplicationServices.Get<ConnectionLimit>().TrackConnections(listen);
            if (endpoint is TlsEndPoint)
            {
                kestrel.ApplicationServices.Get<TlsHandshake>().Use(listen);
            }

            if (isMetrics)
            {
                listen.Use(static next => connection =>
                {
                    connection.Features.Set(MetricsListener.Instance);
                    return next(connection);
                });
            }

            RejectedRequests.UseErrorBodies(listen);
        }
    }
}
