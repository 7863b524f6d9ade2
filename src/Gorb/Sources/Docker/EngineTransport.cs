using System.Security.Cryptography.X509Certificates;
using Gorb.Certificates;
using Gorb.Client;
using Gorb.Model;

namespace Gorb.Sources.Docker;

/// <summary>Connections to an engine: through its socket, by HTTP, or by HTTPS with the certificates of DOCKER_CERT_PATH.</summary>
internal static class EngineTransport
{
    private const int Port = 2375; // the ports that the docker command adds to tcp://HOST
    private const int TlsPort = 2376;

    /// <summary>Makes a client whose requests are relative to the engine's API. Never through a proxy: Docker passes that for the Internet to every container, including the link's.</summary>
    /// <param name="engine">The engine's address.</param>
    /// <param name="certificates">The folder with cert.pem and key.pem, which the client shows, and ca.pem, the authority of the engine's certificate; null for no TLS.</param>
    /// <param name="reject">Gets the reason for which the engine's certificate is rejected.</param>
    /// <exception cref="SettingException">A certificate cannot be used.</exception>
    public static HttpClient Create(Uri engine, string? certificates, Action<string> reject)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        var url = new UriBuilder(engine);
        if (UnixSocketUrl.TryGetPath(engine, out var socket))
        {
            handler.ConnectCallback = (_, stop) => UnixConnection.ConnectAsync(socket, stop);
            url = new UriBuilder(Uri.UriSchemeHttp, "localhost");
        }
        else
        {
            var isTls = certificates is not null || engine.Scheme == Uri.UriSchemeHttps;
            url.Scheme = isTls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
            url.Port = engine.Port >= 0 ? engine.Port : isTls ? TlsPort : Port;
            url.Path = $"{url.Path.TrimEnd('/')}/";
            handler.SslOptions = Trust(certificates).Options(engine.IdnHost, reject);
        }

        return new HttpClient(handler) { BaseAddress = url.Uri, Timeout = Timeout.InfiniteTimeSpan };
    }

    private static ClientTls Trust(string? folder)
    {
        if (folder is null)
        {
            return new ClientTls();
        }

        if (!Directory.Exists(folder))
        {
            throw new SettingException($"there is no {folder}");
        }

        var authority = Path.Combine(folder, "ca.pem");
        return new ClientTls
        {
            Authorities = File.Exists(authority) ? PemFile.ReadCertificates(authority) : null,
            Certificate = new CertificatePair(X509Certificate2.CreateFromPemFile(Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem")), []),
            Remedy = $"{authority} names it",
        };
    }
}
