namespace Gorb.Access;

/// <summary>The token by which the daemon's own Docker link uses the API. It is new at each start and leaves the process only in requests of that link.</summary>
internal sealed class InternalToken
{
    /// <summary>The actor of changes by this token.</summary>
    public const string Actor = "docker-link";

    public string Secret { get; } = TokenSecret.Create();

    public byte[] Hash => field ??= TokenSecret.Hash(Secret);
}
