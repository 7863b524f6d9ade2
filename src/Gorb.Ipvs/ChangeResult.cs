namespace Gorb.Ipvs;

/// <summary>The outcome of one change of a batch.</summary>
/// <param name="Change">The change.</param>
/// <param name="Error">Why the kernel, or this library's own check, refused the change; null when it was applied.</param>
public readonly record struct ChangeResult(IpvsChange Change, IpvsException? Error)
{
    /// <summary>True when the kernel has applied the change.</summary>
    public bool Succeeded => Error is null;
}
