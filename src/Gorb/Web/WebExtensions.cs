using System.Net;
using Gorb.Access;
using Gorb.Certificates;
using Gorb.Ipvs.Sockets;
using Gorb.Platform;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Gorb.Web;

internal static class WebExtensions
{
    /// <param name="services">The service collection.</param>
    /// <param name="files">The files of the https listeners; null when there is none.</param>
    public static IServiceCollection AddTls(this IServiceCollection services, TlsFiles? files) => files is null ? services : services
        .AddSingleton(provider => new TlsCertificates(files, provider.Get<ClientCertificates>(), provider.Get<TimeProvider>(), provider.Logger<TlsCertificates>()))
        .AddSingleton(provider => new TlsHandshake(provider.Get<TlsCertificates>(), provider.Get<TimeProvider>()))
        .AddHostedService(provider => provider.Get<TlsCertificates>());

    /// <param name="services">The service collection.</param>
    /// <param name="max">The limit of concurrent API connections; null to derive it from the limit of open files.</param>
    /// <param name="maxPerAddress">The limit of concurrent connections of one other host; null for a quarter of all.</param>
    /// <param name="passed">Listening sockets that a service manager has opened.</param>
    /// <param name="listen">Where the API listens.</param>
    public static IServiceCollection AddConnections(this IServiceCollection services, int? max, int? maxPerAddress, IReadOnlyList<PassedSocket> passed, IEnumerable<EndPoint> listen) => services
        .AddSingleton(new ConnectionRefusals())
        .AddSingleton(ConnectionBound.OfThisProcess(max, maxPerAddress))
        .AddSingleton(provider => new ConnectionLimit(provider.Get<ConnectionBound>(), provider.Get<ConnectionRefusals>(), provider.Get<TimeProvider>(), provider.Logger<ConnectionLimit>()))
        .AddSingleton<IConnectionListenerFactory>(provider => new ListenerFactory(
            provider.Get<ConnectionLimit>(), new UnixListener(provider.Logger<UnixListener>()), passed, [.. listen.OfType<TlsEndPoint>()], provider.Get<ISocketOwners>(), provider.Get<IOptions<SocketTransportOptions>>(), provider.Get<TimeProvider>(), provider.Get<ILoggerFactory>()));
}
