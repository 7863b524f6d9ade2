using System.Collections.Immutable;

namespace Gorb.Model.Merging;

/// <summary>What sources declared beyond the services and backends that the wanted table has.</summary>
/// <param name="Claims">The claims that wait, by the name of the service; never an empty list.</param>
/// <param name="Sources">The sources that declared something.</param>
internal sealed record Declarations(ImmutableSortedDictionary<string, ImmutableArray<Claim>> Claims, ImmutableSortedDictionary<string, SourceState> Sources)
{
    public static Declarations None { get; } = new(
        ImmutableSortedDictionary.Create<string, ImmutableArray<Claim>>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, SourceState>(StringComparer.Ordinal));

    /// <summary>The claims on a service.</summary>
    public ImmutableArray<Claim> On(string service) => Claims.TryGetValue(service, out var claims) ? claims : [];

    /// <summary>Itself with other claims on a service; the same object when they are the same.</summary>
    public Declarations With(string service, ImmutableArray<Claim> claims) => On(service) == claims ? this
        : this with { Claims = claims.IsEmpty ? Claims.Remove(service) : Claims.SetItem(service, claims) };
}

/// <summary>What is kept of a source.</summary>
/// <param name="DeclaredAt">When it last declared something that was not there already.</param>
/// <param name="Inherited">The source whose objects its next declaration takes over; null for none.</param>
internal sealed record SourceState(DateTimeOffset DeclaredAt, string? Inherited = null);
