using System.Collections.Immutable;

namespace Gorb.Model;

/// <summary>A token by which clients without an identity of their own use the API. The secret itself is not kept.</summary>
/// <param name="Name">Its name, which is the actor of its changes.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Scope">The services that it is for.</param>
/// <param name="Hash">The SHA-256 of the secret, in hexadecimal.</param>
/// <param name="Created">When it was created.</param>
/// <param name="Expires">From when on it is not accepted; null for never.</param>
/// <param name="LastUsed">About when it was last used, as of the last save; null for never.</param>
internal sealed record Token(string Name, Role Role, ServiceScope Scope, string Hash, DateTimeOffset Created, DateTimeOffset? Expires, DateTimeOffset? LastUsed)
{
    /// <summary>An empty collection of tokens by name.</summary>
    public static ImmutableSortedDictionary<string, Token> None { get; } = ImmutableSortedDictionary.Create<string, Token>(StringComparer.Ordinal);

    public bool IsExpired(DateTimeOffset now) => Expires is { } end && now >= end;
}
