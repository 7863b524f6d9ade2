namespace Gorb.Model.Policy;

/// <summary>What the kernel has of a backend that is down.</summary>
internal enum WhenDown
{
    /// <summary>Removed where weight 0 does not move its clients, weight 0 elsewhere.</summary>
    Auto,

    /// <summary>Weight 0: its connections go on.</summary>
    Quiesce,

    /// <summary>Nothing: its connections end, and its clients move.</summary>
    Remove,
}
