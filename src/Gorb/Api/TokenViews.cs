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

    /// <summary>The networks of the virtual addresses of the services that it is for, as in 10.9.0.0/24. Default: all.</summary>
    public IReadOnlyList<string>? Vips { get; init; }

    /// <summary>The ports of the services that it is for, as in 80 and 8000-8999. Default: all.</summary>
    public IReadOnlyList<string>? Ports { get; init; }

    /// <summary>The source that it may declare (PUT /config?source=NAME), as in docker/web1; it changes nothing else then. Default: no such limit.</summary>
    public string? Source { get; init; }

    /// <summary>How long it counts, as in 90d or 12h. Default: until it is revoked.</summary>
    public string? Expires { get; init; }
}

/// <summary>A token.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Services">The patterns of the services that it is for; absent when it is for all.</param>
/// <param name="Vips">The networks of the virtual addresses that it is for; absent when it is for all.</param>
/// <param name="Ports">The ports that it is for; absent when it is for all.</param>
/// <param name="Source">The source that it may declare; absent when it is not limited to one.</param>
/// <param name="Created">When it was created.</param>
/// <param name="Expires">When it ends; absent when it does not.</param>
/// <param name="LastUsed">When it was last used; after a restart exact to an hour. Absent when it was not.</param>
internal sealed record TokenView(
    string Name, string Role, IReadOnlyList<string>? Services, IReadOnlyList<string>? Vips, IReadOnlyList<string>? Ports, string? Source,
    DateTimeOffset Created, DateTimeOffset? Expires, DateTimeOffset? LastUsed)
{
    public static TokenView Of(Token token, DateTimeOffset? lastUsed) =>
        new(token.Name, RoleNames.Of(token.Role), Show(token.Scope.Patterns), Show(token.Scope.Vips), Show(token.Scope.Ports), token.Scope.Source, token.Created, token.Expires, lastUsed);

    /// <returns>Null when there are none.</returns>
    public static IReadOnlyList<string>? Show<T>(ValueList<T> items) where T : notnull => items.Count == 0 ? null : [.. items.Select(static item => item.ToString()!)];
}

/// <summary>A token that was just created.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Services">The patterns of the services that it is for; empty when it is for all.</param>
/// <param name="Expires">When it ends; absent when it does not.</param>
/// <param name="Token">The secret, which is shown this once: Authorization: Bearer SECRET.</param>
internal sealed record CreatedTokenView(string Name, string Role, IReadOnlyList<string> Services, DateTimeOffset? Expires, string Token);
