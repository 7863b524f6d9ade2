using Gorb.Model;

namespace Gorb.Api;

/// <summary>The names of the query members that an endpoint takes; one without this takes none.</summary>
/// <param name="Names">The names.</param>
internal sealed record QueryMembers(params IReadOnlyList<string> Names);

/// <summary>Refuses query members that an endpoint does not take: <c>?drian=30s</c> must not remove a backend at once.</summary>
internal static class QueryCheck
{
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint, params string[] names) => endpoint.WithMetadata(new QueryMembers(names));

    public static void UseQueryCheck(this WebApplication app) => app.Use(static next => context =>
    {
        if (context.Request.QueryString.HasValue && context.GetEndpoint() is RouteEndpoint endpoint) // any other speaks of a method that is not possible
        {
            Check(context.Request.Query, endpoint.Metadata.GetMetadata<QueryMembers>()?.Names ?? []);
        }

        return next(context);
    });

    /// <exception cref="RequestException">A member is not one of the names.</exception>
    private static void Check(IQueryCollection query, IReadOnlyList<string> names)
    {
        var problems = new ProblemList();
        foreach (var (name, value) in query)
        {
            if (!names.Contains(name, StringComparer.OrdinalIgnoreCase)) // as it is bound
            {
                problems.Add(new Problem(name, value.ToString(), "is not a query member that is known here")
                {
                    Hint = names.Count == 0 ? "none is" : $"known are {string.Join(", ", names)}",
                });
            }
        }

        if (problems.Count > 0)
        {
            throw RequestException.Invalid(problems);
        }
    }
}
