namespace Gorb.Model.Merging;

/// <summary>What a source declares of one service.</summary>
/// <param name="Name">The name of the service.</param>
/// <param name="Spec">The service; null when the source only has backends in it.</param>
/// <param name="Backends">The backends that it declares, with its name as their source.</param>
/// <param name="Restored">Objects of other sources that the document has: they are added where they are missing. Null for none.</param>
internal sealed record Part(string Name, ServiceSpec? Spec, IReadOnlyList<Backend> Backends, Service? Restored = null);

/// <summary>A service and the claims on it.</summary>
/// <param name="Service">The service; null for none.</param>
/// <param name="Claims">What waits.</param>
internal readonly record struct Merged(Service? Service, System.Collections.Immutable.ImmutableArray<Claim> Claims)
{
    /// <summary>True when both are the same objects.</summary>
    public bool IsSameAs(Merged other) => ReferenceEquals(Service, other.Service) && Claims == other.Claims;
}
