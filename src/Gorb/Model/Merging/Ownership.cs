namespace Gorb.Model.Merging;

/// <summary>The objects that a declaring source may change and prune.</summary>
/// <param name="Source">The name of the declaring source.</param>
/// <param name="Inherited">Another source whose objects are taken over, or null. Used for objects of a file in state files from before sources existed.</param>
internal readonly record struct Ownership(string Source, string? Inherited = null)
{
    public bool Has(string source) => source == Source || (Inherited is not null && source == Inherited);
}
