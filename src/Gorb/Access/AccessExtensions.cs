using System.Net;
using Gorb.Ipvs.Sockets;
using Gorb.Platform;
using Gorb.Writer;

namespace Gorb.Access;

internal static class AccessExtensions
{
    public static IServiceCollection AddAccess(this IServiceCollection services, InternalToken own, IReadOnlyList<EndPoint> listen, AccessOptions options) => services
        .AddSingleton(provider => new FileToken(options.TokenFile, options.FirstToken, provider.Logger<FileToken>()))
        .AddSingleton(provider => new TokenBook(provider.Get<TableWriter>(), provider.Get<FileToken>(), own, provider.Get<TimeProvider>()))
        .AddSingleton<ISocketOwners>(_ => SocketOwners.Create())
        .AddSingleton(provider => new LoginThrottle(provider.Get<TimeProvider>(), provider.Logger<LoginThrottle>()))
        .AddSingleton(provider => new PlainTokenLog(provider.Get<TimeProvider>(), provider.Logger<PlainTokenLog>()))
        .AddSingleton(provider => new ClientCertificates(provider.Get<TimeProvider>()))
        .AddHostedService(provider => new ListenGate(listen, options, provider.Get<TokenBook>(), provider.Get<TableWriter>(), provider.Logger<ListenGate>()))
        .AddOidc(options.Oidc)
        .AddSingleton(provider => new AccessGuard(
            options, provider.Get<TokenBook>(), provider.Get<ClientCertificates>(), options.Oidc is null ? null : provider.Get<OidcTokens>(), provider.Get<LoginThrottle>(), provider.Get<PlainTokenLog>(), provider.Get<TableWriter>()));

    private static IServiceCollection AddOidc(this IServiceCollection services, OidcOptions? options) =>
        options is null ? services : services.AddSingleton(provider => new OidcTokens(options, provider.Get<TimeProvider>()));
}
