namespace Gorb.Access;

/// <summary>The token by which the daemon's own Docker link uses the API. It is new at each start and leaves the process only in requests of that link.</summary>
internal sealed class InternalToken
{
    /// <summary>The actor of changes by this token.</summary>
    public const string Actor = "docker-link";

    // made when it is needed: random numbers and hashes make the process load OpenSSL, which takes longer than much of the start
    private readonly Lazy<string> _secret = new(TokenSecret.Create);

    public string Secret => _secret.Value;

    public byte[] Hash => field ??= TokenSecret.Hash(Secret);
}
