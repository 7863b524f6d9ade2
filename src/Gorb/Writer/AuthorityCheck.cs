using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Model.Merging;

namespace Gorb.Writer;

/// <summary>
/// Holds each change against the authority of its client. Endpoints refuse most requests before; this check sees the result, so that no form of a request (a document that
/// prunes, a service that takes another's place, a declaration that waits) reaches beyond the client's scope.
/// </summary>
internal static class AuthorityCheck
{
    /// <exception cref="RequestException">The transaction changes something that its author may not change.</exception>
    public static void Check(Transaction transaction)
    {
        if (transaction.Origin.Authority is not { } authority || (authority is { Role: Role.Admin, Scope: { IsAll: true, Source: null } }))
        {
            return;
        }

        if (!ReferenceEquals(transaction.Before, transaction.After))
        {
            authority.DemandSource(transaction.Origin.Source);
        }

        foreach (var name in transaction.Touched.Union(ChangedClaims(transaction)))
        {
            Check(transaction, authority, name);
        }
    }

    private static void Check(Transaction transaction, Authority authority, string name)
    {
        var (before, after) = (transaction.Before.Merged(name), transaction.After.Merged(name));
        if (before.IsSameAs(after))
        {
            return;
        }

        authority.DemandService(name);
        var source = transaction.Origin.Source ?? SourceName.Api;
        if (!IsPlaceOf(authority.Scope, before, after, source) || JoinsStranger(authority.Scope, before, after, source))
        {
            throw IsDeclaredBy(after, source) ? authority.OutOfScope.At(transaction.IsDeclaration ? $"services.{name}" : null) : authority.OutOfScope;
        }

        if (authority.Role < Role.Admin)
        {
            DemandAdmin(authority, before, after, ExecChecks.AreIn, "a check of type exec");
            DemandAdmin(authority, before, after, HeaderReferences.AreIn, "a header from a file or variable of this host");
        }
    }

    /// <summary>True if the service has a place of the scope, before and after, and so has what the client declares and does not get yet.</summary>
    private static bool IsPlaceOf(ServiceScope scope, Merged before, Merged after, string source) =>
        (before.Service is null || scope.Includes(before.Service.Spec.Key))
        && (after.Service is null || scope.Includes(after.Service.Spec.Key))
        && (after.Claims.Of(source) is not { } claim || ReferenceEquals(claim, before.Claims.Of(source)) || scope.Includes((claim.Spec ?? after.Service?.Spec)?.Key));

    /// <summary>
    /// True if a client that is limited to a source adds to a service of another one. Links share services among themselves; any other service must be named by the scope.
    /// </summary>
    private static bool JoinsStranger(ServiceScope scope, Merged before, Merged after, string source) =>
        scope is { Source: not null, Patterns.Count: 0 } && after.Service is { } service && service.Source != source && !(SourceName.IsDocker(service.Source) && SourceName.IsDocker(source))
        && service.Backends.Values.Any(backend => backend.Source == source && !ReferenceEquals(before.Service?.Backends.Find(backend.Name), backend) && !backend.IsLeaving);

    private static bool IsDeclaredBy(Merged merged, string source) =>
        merged.Claims.Of(source) is not null || (merged.Service is { } service && (service.Source == source || service.Backends.Values.Any(backend => backend.Source == source)));

    private static IEnumerable<string> ChangedClaims(Transaction transaction)
    {
        var (before, after) = (transaction.Before.Declarations, transaction.After.Declarations);
        return ReferenceEquals(before.Claims, after.Claims) ? [] : before.Claims.Keys.Union(after.Claims.Keys).Where(service => before.On(service) != after.On(service));
    }

    private static void DemandAdmin(Authority authority, Merged before, Merged after, Func<string?, bool> isPrivileged, string what)
    {
        HashSet<(string? Backend, string? Pulse)>? known = null;
        if (Checks(after).Any(check => isPrivileged(check.Pulse) && !(known ??= [.. Checks(before)]).Contains(check)))
        {
            authority.Demand(Role.Admin, what);
        }
    }

    /// <summary>The checks of a service and its backends, also of those that are declared and wait.</summary>
    private static IEnumerable<(string? Backend, string? Pulse)> Checks(Merged merged)
    {
        var specs = merged.Claims.Select(static claim => claim.Spec).Append(merged.Service?.Spec).OfType<ServiceSpec>();
        var backends = merged.Claims.SelectMany(static claim => claim.Backends.Values).Concat(merged.Service?.Backends.Values ?? []);
        return specs.Select(static spec => ((string?)null, spec.Pulse)).Concat(backends.Select(static backend => ((string?)backend.Name, backend.Spec.Pulse)));
    }
}
