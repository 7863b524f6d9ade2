namespace Gorb.Model.Merging;

/// <summary>Something that a source declares and does not have.</summary>
/// <param name="Service">The service.</param>
/// <param name="Backend">The backend; null when it is the service itself.</param>
/// <param name="Source">The source that has it; null when there is nothing to join.</param>
/// <param name="Problem">Why, and what to do.</param>
internal sealed record SourceConflict(string Service, string? Backend, string? Source, string Problem);

/// <summary>Explains why claims are pending.</summary>
internal static class SourceConflicts
{
    /// <summary>Returns the conflicts of a source. An object that another source declares identically is not a conflict.</summary>
    public static IReadOnlyList<SourceConflict> Of(Table table, string source) =>
        [.. table.Declarations.Claims.Values.Select(claims => claims.Of(source)).OfType<Claim>().SelectMany(claim => Of(table, claim))];

    private static IEnumerable<SourceConflict> Of(Table table, Claim claim)
    {
        var service = table.Find(claim.Service);
        if (claim.Spec is { } spec && spec != service?.Spec)
        {
            yield return Of(table, claim.Service, spec, service);
        }

        if (service is null && claim.Spec is null)
        {
            foreach (var backend in claim.Backends.Values)
            {
                yield return new SourceConflict(claim.Service, backend.Name, null, $"there is no service {claim.Service} yet; the backend joins as soon as a source declares it");
            }
        }
        else if (service is not null && claim.MayJoin(service))
        {
            foreach (var conflict in claim.Backends.Values.Select(backend => Of(service, backend)).OfType<SourceConflict>())
            {
                yield return conflict;
            }
        }
    }

    private static SourceConflict Of(Table table, string name, ServiceSpec spec, Service? holder)
    {
        if (holder is not null)
        {
            return new SourceConflict(name, null, holder.Source, spec.Key == holder.Spec.Key
                ? $"source {holder.Source} declares this service with other settings and keeps them; the backends join. Make the settings the same, or give the entry only \"backends\""
                : $"source {holder.Source} has a service of this name, at {holder.Spec.Key}; choose another name, or remove the service there");
        }

        return table.Names.TryGetValue(spec.Key, out var other) && table.Find(other) is { } there
            ? new SourceConflict(name, null, there.Source, $"service {other} of source {there.Source} stands at {spec.Key}; choose another address or port, or remove that service there")
            : new SourceConflict(name, null, null, $"{spec.Key} was taken when it was declared; declare it again");
    }

    private static SourceConflict? Of(Service service, Backend backend)
    {
        if (ServiceMerge.Misfit(service, backend) is { } misfit)
        {
            return new SourceConflict(service.Name, backend.Name, service.Source, $"does not fit the service of source {service.Source}: {misfit}");
        }

        if (service.Backends.Find(backend.Name) is { } other)
        {
            return other.Spec == backend.Spec ? null
                : new SourceConflict(service.Name, backend.Name, other.Source, $"source {other.Source} has a backend of this name, at {other.Spec.Key}, and keeps it; choose another name, or remove it there");
        }

        var place = service.Backends.Values.FirstOrDefault(there => there.Spec.Key == backend.Spec.Key);
        return place is null ? null
            : new SourceConflict(service.Name, backend.Name, place.Source, $"backend {place.Name} of source {place.Source} stands at {backend.Spec.Key} and keeps it; remove it there, or declare another place");
    }
}
