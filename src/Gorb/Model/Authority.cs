namespace Gorb.Model;

/// <summary>The client of a request and what it may do.</summary>
/// <param name="Actor">Its name in events and in the log: a token's name, a user or an address.</param>
/// <param name="Role">Its role.</param>
/// <param name="Scope">The services that it may see and change.</param>
internal sealed record Authority(string Actor, Role Role, ServiceScope Scope)
{
    /// <summary>The client that may do everything.</summary>
    public static Authority Unlimited(string actor) => new(actor, Role.Admin, ServiceScope.All);

    /// <exception cref="RequestException">The client has a lower role.</exception>
    public void Demand(Role needed, string what)
    {
        if (Role < needed)
        {
            throw RequestException.Forbidden($"{what} needs the role {RoleNames.Of(needed)}, and {Actor} has the role {RoleNames.Of(Role)}");
        }
    }

    /// <exception cref="RequestException">The service is not in the client's scope, whether it exists or not.</exception>
    public void DemandService(string service)
    {
        if (!Scope.Includes(service))
        {
            throw RequestException.Forbidden($"the request concerns a service outside the scope of {Actor}, which is for {Scope}");
        }
    }
}

/// <summary>The names of the roles in the API and on the command line.</summary>
internal static class RoleNames
{
    /// <summary>The roles that a token can have.</summary>
    public static IReadOnlyList<Role> OfTokens { get; } = [Role.Read, Role.Operate, Role.Write, Role.Admin];

    public static string Of(Role role) => role.ToString().ToLowerInvariant();

    public static Role? Parse(string text)
    {
        foreach (var role in OfTokens)
        {
            if (Of(role) == text)
            {
                return role;
            }
        }

        return null;
    }
}
