namespace Gorb.Model.Merging;

/// <summary>A service of a declaration.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Present">What it was merged with.</param>
/// <param name="Wanted">What it is to be: the present one where nothing differs.</param>
internal sealed record DraftService(string Name, Merged Present, Merged Wanted)
{
    /// <summary>True when the table has changed where this was merged with it.</summary>
    public bool IsStale(Table table) => !table.Merged(Name).IsSameAs(Present);

    /// <summary>True when something differs.</summary>
    public bool IsChange => !Wanted.IsSameAs(Present);

    /// <summary>True when it has the place that it had.</summary>
    public bool StaysInPlace => Present.Service?.Spec.Key == Wanted.Service?.Spec.Key;
}
