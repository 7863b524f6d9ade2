namespace Gorb.Model.Merging;

/// <summary>Which objects a declaring source may change and prune.</summary>
/// <param name="Source">The source.</param>
/// <param name="Inherited">Another source whose objects it takes over, or null: those that a state file of before there were sources holds for a file.</param>
internal readonly record struct Ownership(string Source, string? Inherited = null)
{
    public bool Has(string source) => source == Source || (Inherited is not null && source == Inherited);
}
