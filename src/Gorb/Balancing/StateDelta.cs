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

/// <summary>A service as the store has it and as it shall be; null where there is none.</summary>
internal readonly record struct ServiceChange(Service? Before, Service? After);
