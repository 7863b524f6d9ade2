namespace Gorb.Model.Merging;

/// <summary>A source's declaration for one service.</summary>
/// <param name="Name">The name of the service.</param>
/// <param name="Spec">The settings of the service; null if the source only declares backends.</param>
/// <param name="Backends">The declared backends, with the declaring source as their source.</param>
/// <param name="Restored">Objects of other sources in the document, added if they are missing; null for none.</param>
internal sealed record Part(string Name, ServiceSpec? Spec, IReadOnlyList<Backend> Backends, Service? Restored = null);

/// <summary>A service and the claims on it.</summary>
/// <param name="Service">The service; null for none.</param>
/// <param name="Claims">The claims on the service.</param>
internal readonly record struct Merged(Service? Service, System.Collections.Immutable.ImmutableArray<Claim> Claims)
{
    /// <summary>True if both hold the same objects (reference equality).</summary>
    public bool IsSameAs(Merged other) => ReferenceEquals(Service, other.Service) && Claims == other.Claims;
}
