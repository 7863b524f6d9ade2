namespace Gorb.Model.Merging;

/// <summary>A source's pending declarations for one service: another source holds the name or key, or the service to join does not exist yet.</summary>
/// <param name="Source">The name of the source.</param>
/// <param name="Service">The name of the service.</param>
/// <param name="Arrival">The time of the first declaration; the earlier of two claims is granted first.</param>
/// <param name="Spec">The settings that the source declares for the service; null if it only declares backends.</param>
/// <param name="Backends">The pending backends.</param>
internal sealed record Claim(string Source, string Service, DateTimeOffset Arrival, ServiceSpec? Spec, Backends Backends)
{
    /// <summary>True if nothing is pending.</summary>
    public bool IsEmpty => Spec is null && Backends.IsEmpty;

    /// <summary>True if both claims have equal content.</summary>
    public bool IsSameAs(Claim other) => Source == other.Source && Service == other.Service && Arrival == other.Arrival && Spec == other.Spec
        && Backends.Values.SequenceEqual(other.Backends.Values);

    /// <summary>True if the backends may join a service: their source declares only backends, or declares the service with the same kernel key.</summary>
    public bool MayJoin(Service? service) => service is not null && (Spec is null || Spec.Key == service.Spec.Key);
}
