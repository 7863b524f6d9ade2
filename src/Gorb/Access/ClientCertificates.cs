using Gorb.Certificates;
using Gorb.Model;

namespace Gorb.Access;

/// <summary>Recognizes clients by the certificates of their connections.</summary>
internal sealed class ClientCertificates(TimeProvider time)
{
    private volatile ClientAuthorities? _authorities;

    /// <summary>The authorities whose certificates are accepted; null when clients are not asked for one.</summary>
    public ClientAuthorities? Authorities
    {
        get => _authorities;
        set => _authorities = value;
    }

    /// <summary>The client of a request; null when its connection has shown no certificate.</summary>
    /// <exception cref="RequestException">The certificate is refused.</exception>
    public Authority? Find(HttpContext context, Role needed) =>
        _authorities is { } authorities && context.Features.Get<ClientCertificate>() is { } shown ? shown.Authenticate(authorities, needed, time.GetUtcNow()) : null;
}
