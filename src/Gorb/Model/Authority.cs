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

    /// <summary>The refusal of a change outside the scope. It is the same whether an object exists or not.</summary>
    public RequestException OutOfScope => RequestException.Forbidden($"the request concerns a service outside the scope of {Actor}, which is for {Scope}");

    /// <exception cref="RequestException">The name is not in the client's scope, whether a service has it or not.</exception>
    public void DemandService(string service)
    {
        if (!Scope.Includes(service))
        {
            throw OutOfScope;
        }
    }

    /// <exception cref="RequestException">The name is not in the client's scope, or another service has it, which the client may not see.</exception>
    public void DemandService(string service, Table table)
    {
        DemandService(service);
        if (table.Find(service) is { } present && !Scope.Includes(present.Spec.Key))
        {
            throw OutOfScope;
        }
    }

    /// <exception cref="RequestException">The client may change only what a source declares, and by declaring it.</exception>
    public void DemandSource(string? source)
    {
        if (Scope.Source is { } own && source != own)
        {
            throw RequestException.Forbidden($"{Actor} may declare the source {own} (PUT /config?source={own}), and change nothing else");
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
