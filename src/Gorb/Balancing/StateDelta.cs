namespace Gorb.Balancing;

/// <summary>One transaction of the store.</summary>
internal sealed record StateDelta
{
    /// <summary>The services that change.</summary>
    public IReadOnlyList<ServiceChange> Services { get; init; } = [];

    /// <summary>Keys of the kernel that are no longer wanted and not yet known to be gone.</summary>
    public IReadOnlyCollection<KernelKey> Left { get; init; } = [];

    /// <summary>Leftovers that are gone, or wanted again.</summary>
    public IReadOnlyCollection<KernelKey> Gone { get; init; } = [];

    public bool IsEmpty => Services.Count == 0 && Left.Count == 0 && Gone.Count == 0;
}

/// <summary>A service as the store is known to have it and as it shall be.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Before">What need not be written again; with null everything is.</param>
/// <param name="After">What shall be there; null for nothing.</param>
internal readonly record struct ServiceChange(string Name, Service? Before, Service? After);
