namespace Gorb.Model.Policy;

/// <summary>Whether the address of a service is taken off this host while no backend is up.</summary>
internal enum Withdraw
{
    /// <summary>The address stays.</summary>
    Never,

    /// <summary>The address goes when no backend of any of its services is up, and comes back once one has been up for a while.</summary>
    WhenDown,
}
