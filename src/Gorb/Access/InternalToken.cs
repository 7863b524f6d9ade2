using Gorb.Model;

namespace Gorb.Access;

/// <summary>
/// The token by which the daemon's own Docker link uses the API. It is new at each start, leaves the process only in requests of that link, and may declare nothing but the link's source:
/// the labels of containers, which the link passes on, are not trusted.
/// </summary>
internal sealed class InternalToken
{
    /// <summary>The actor of changes by this token.</summary>
    public const string Actor = "docker-link";

    // made when it is needed: random numbers and hashes make the process load OpenSSL, which takes longer than much of the start
    private readonly Lazy<string> _secret = new(TokenSecret.Create);

    private volatile Authority? _client;

    /// <summary>What the link may do; null until it knows its source. The secret is given out only after that.</summary>
    public Authority? Client => _client;

    public byte[] Hash => field ??= TokenSecret.Hash(_secret.Value);

    /// <summary>Limits the token to a source, and returns its secret.</summary>
    public string BindTo(string source)
    {
        _client = new Authority(Actor, Role.Write, ServiceScope.All with { Source = source });
        return _secret.Value;
    }
}
