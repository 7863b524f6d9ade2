using System.Collections.Immutable;

namespace Gorb.Model.Merging;

/// <summary>Declarations of sources that are not in the wanted table.</summary>
/// <param name="Claims">The claims by name of the service; no list is empty.</param>
/// <param name="Sources">The sources that have a declaration, by name.</param>
internal sealed record Declarations(ImmutableSortedDictionary<string, ImmutableArray<Claim>> Claims, ImmutableSortedDictionary<string, SourceState> Sources)
{
    public static Declarations None { get; } = new(
        ImmutableSortedDictionary.Create<string, ImmutableArray<Claim>>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, SourceState>(StringComparer.Ordinal));

    /// <summary>Returns the claims on a service.</summary>
    public ImmutableArray<Claim> On(string service) => Claims.TryGetValue(service, out var claims) ? claims : [];

    /// <summary>Replaces the claims on a service; returns the same object if they are the same.</summary>
    public Declarations With(string service, ImmutableArray<Claim> claims) => On(service) == claims ? this
        : this with { Claims = claims.IsEmpty ? Claims.Remove(service) : Claims.SetItem(service, claims) };
}

/// <summary>The saved state of a source.</summary>
/// <param name="DeclaredAt">The time of the last declaration that changed something.</param>
/// <param name="Inherited">The source whose objects the next declaration takes over; null for none.</param>
internal sealed record SourceState(DateTimeOffset DeclaredAt, string? Inherited = null);
