using Docker.DotNet.Handler.Abstractions;
using Microsoft.Net.Http.Client;

namespace Gorb.Sources.Docker;

/// <summary>Bypasses the environment's proxy for connections to the engine: Docker passes the proxy for the Internet to every container, including the link's.</summary>
/// <param name="credentials">The TLS credentials of the connection, or null.</param>
internal sealed class DirectConnection(IAuthProvider? credentials) : IAuthProvider
{
    public bool TlsEnabled => credentials?.TlsEnabled ?? false;

    public HttpMessageHandler ConfigureHandler(HttpMessageHandler handler)
    {
        switch (handler)
        {
            case ManagedHandler managed:
                managed.UseProxy = false;
                break;
            case SocketsHttpHandler sockets: // DOCKER_DOTNET_NATIVE_HTTP_ENABLED
                sockets.UseProxy = false;
                break;
        }

        return credentials?.ConfigureHandler(handler) ?? handler;
    }
}
