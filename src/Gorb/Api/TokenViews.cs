using Gorb.Model;

namespace Gorb.Api;

/// <summary>A new token.</summary>
/// <remarks>Serves only the OpenAPI description; the body is read member by member. The summaries here are part of that description.</remarks>
internal sealed record TokenBody
{
    /// <summary>Its name, which events and the log show as the actor: letters, digits, '.', '_' and '-'.</summary>
    public required string Name { get; init; }

    /// <summary>What it may do: read, operate (weight, drain and force of backends), write (services, backends, documents) or admin (also tokens, and checks that run programs).</summary>
    public required string Role { get; init; }

    /// <summary>Patterns of the names of the services that it is for, in which * stands for any characters, as in web*. Default: all services, and the host as a whole.</summary>
    public IReadOnlyList<string>? Services { get; init; }

    /// <summary>How long it counts, as in 90d or 12h. Default: until it is revoked.</summary>
    public string? Expires { get; init; }
}

/// <summary>A token.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Services">The patterns of the services that it is for; absent when it is for all.</param>
/// <param name="Created">When it was created.</param>
/// <param name="Expires">When it ends; absent when it does not.</param>
/// <param name="LastUsed">When it was last used; after a restart exact to an hour. Absent when it was not.</param>
internal sealed record TokenView(string Name, string Role, IReadOnlyList<string>? Services, DateTimeOffset Created, DateTimeOffset? Expires, DateTimeOffset? LastUsed)
{
    public static TokenView Of(Token token, DateTimeOffset? lastUsed) =>
        new(token.Name, RoleNames.Of(token.Role), token.Scope.IsAll ? null : token.Scope.Patterns, token.Created, token.Expires, lastUsed);
}

/// <summary>A token that was just created.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Services">The patterns of the services that it is for; empty when it is for all.</param>
/// <param name="Expires">When it ends; absent when it does not.</param>
/// <param name="Token">The secret, which is shown this once: Authorization: Bearer SECRET.</param>
internal sealed record CreatedTokenView(string Name, string Role, IReadOnlyList<string> Services, DateTimeOffset? Expires, string Token);
