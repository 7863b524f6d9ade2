namespace Gorb.Model.Merging;

/// <summary>What a source declares of one service and does not have, because another source came first or there is nothing to join yet.</summary>
/// <param name="Source">The source.</param>
/// <param name="Service">The name of the service.</param>
/// <param name="Arrival">When it was first declared: of two claims, the earlier one is taken.</param>
/// <param name="Spec">The service as the source wants it; null when it only wants backends in it.</param>
/// <param name="Backends">The backends that wait.</param>
internal sealed record Claim(string Source, string Service, DateTimeOffset Arrival, ServiceSpec? Spec, Backends Backends)
{
    /// <summary>True when nothing waits.</summary>
    public bool IsEmpty => Spec is null && Backends.IsEmpty;

    /// <summary>True when the other claim is for the same.</summary>
    public bool IsSameAs(Claim other) => Source == other.Source && Service == other.Service && Arrival == other.Arrival && Spec == other.Spec
        && Backends.Values.SequenceEqual(other.Backends.Values);

    /// <summary>True when the backends may join a service: one that their source merely joins, or that stands where their source wants it.</summary>
    public bool MayJoin(Service? service) => service is not null && (Spec is null || Spec.Key == service.Spec.Key);
}
