namespace Gorb.Model.Policy;

/// <summary>What happens to the kernel entry of a backend that is down.</summary>
internal enum WhenDown
{
    /// <summary>Remove it where weight 0 would not move its clients; weight 0 elsewhere.</summary>
    Auto,

    /// <summary>Weight 0: existing connections continue.</summary>
    Quiesce,

    /// <summary>Remove it: existing connections end, and clients move to other backends.</summary>
    Remove,
}
