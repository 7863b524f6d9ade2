using Gorb.Model;
using Gorb.Model.Checks;

namespace Gorb.Writer;

/// <summary>
/// Holds each change against the authority of its client. Endpoints refuse most requests before; this check sees the result, so that no form of a request (a document that
/// prunes, a service that takes another's place) reaches beyond the client's scope.
/// </summary>
internal static class AuthorityCheck
{
    /// <exception cref="RequestException">The transaction changes something that its author may not change.</exception>
    public static void Check(Transaction transaction)
    {
        if (transaction.Origin.Authority is not { } authority || (authority.Role == Role.Admin && authority.Scope.IsAll))
        {
            return;
        }

        foreach (var name in ChangedClaims(transaction))
        {
            authority.DemandService(name);
        }

        foreach (var name in transaction.Touched)
        {
            var (before, after) = (transaction.Before.Find(name), transaction.After.Find(name));
            if (!ReferenceEquals(before, after))
            {
                authority.DemandService(name);
                if (authority.Role < Role.Admin && after is not null && AddsPrograms(before, after))
                {
                    authority.Demand(Role.Admin, "a check of type exec");
                }
            }
        }
    }

    private static IEnumerable<string> ChangedClaims(Transaction transaction)
    {
        var (before, after) = (transaction.Before.Declarations, transaction.After.Declarations);
        return ReferenceEquals(before.Claims, after.Claims) ? [] : before.Claims.Keys.Union(after.Claims.Keys).Where(service => before.On(service) != after.On(service));
    }

    private static bool AddsPrograms(Service? before, Service after) =>
        IsNew(before?.Spec.Pulse, after.Spec.Pulse) || after.Backends.Values.Any(backend => IsNew(before?.Backends.Find(backend.Name)?.Spec.Pulse, backend.Spec.Pulse));

    private static bool IsNew(string? before, string? after) => before != after && ExecChecks.AreIn(after);
}
