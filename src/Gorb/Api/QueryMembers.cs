using Gorb.Model;

namespace Gorb.Api;

/// <summary>The query members that an endpoint takes; an endpoint without this metadata takes none.</summary>
/// <param name="Names">The names of the members.</param>
internal sealed record QueryMembers(params IReadOnlyList<string> Names);

/// <summary>Refuses unknown query members: with the misspelt <c>?drian=30s</c> a DELETE would remove a backend at once.</summary>
internal static class QueryCheck
{
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint, params string[] names) => endpoint.WithMetadata(new QueryMembers(names));

    public static void UseQueryCheck(this WebApplication app) => app.Use(static next => context =>
    {
        if (context.Request.QueryString.HasValue && context.GetEndpoint() is RouteEndpoint endpoint) // any other endpoint answers 405
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
            if (!names.Contains(name, StringComparer.OrdinalIgnoreCase)) // binding ignores case, too
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
