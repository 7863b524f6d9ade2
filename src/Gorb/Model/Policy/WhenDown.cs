namespace Gorb.Model.Policy;

/// <summary>What happens to the kernel entry of a backend that is down.</summary>
internal enum WhenDown
{
    /// <summary>Remove the entry if weight 0 would not move its clients to other backends; otherwise set weight 0.</summary>
    Auto,

    /// <summary>Set weight 0: existing connections continue.</summary>
    Quiesce,

    /// <summary>Remove the entry: existing connections end, and clients move to other backends.</summary>
    Remove,
}
