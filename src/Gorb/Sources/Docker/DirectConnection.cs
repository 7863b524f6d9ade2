using Docker.DotNet.Handler.Abstractions;
using Microsoft.Net.Http.Client;

namespace Gorb.Sources.Docker;

/// <summary>Lets the engine be asked without the proxy that the environment names: Docker hands the one for the Internet to containers, the link's among them.</summary>
/// <param name="credentials">How the connection is secured otherwise, or null.</param>
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
