namespace Gorb.Ipvs;

/// <summary>What became of one change of a batch.</summary>
/// <param name="Change">The change.</param>
/// <param name="Error">Why the kernel (or, for what the kernel does not check, this library) refused it; null when it is done.</param>
public readonly record struct ChangeResult(IpvsChange Change, IpvsException? Error)
{
    /// <summary>True when the change is in the kernel.</summary>
    public bool Succeeded => Error is null;
}
