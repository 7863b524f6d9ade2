namespace Gorb.Model.Merging;

/// <summary>A service of a declaration, merged with the table.</summary>
/// <param name="Name">The name of the service.</param>
/// <param name="Present">The service and claims before the merge.</param>
/// <param name="Wanted">The service and claims after the merge; unchanged parts are the same objects.</param>
internal sealed record DraftService(string Name, Merged Present, Merged Wanted)
{
    /// <summary>True if the table no longer holds the service and claims that were merged.</summary>
    public bool IsStale(Table table) => !table.Merged(Name).IsSameAs(Present);

    /// <summary>True if the merge changes something.</summary>
    public bool IsChange => !Wanted.IsSameAs(Present);

    /// <summary>True if the kernel key does not change.</summary>
    public bool StaysInPlace => Present.Service?.Spec.Key == Wanted.Service?.Spec.Key;
}
