namespace Gorb.Writer;

internal sealed record BalancerOptions
{
    /// <summary>Empty the kernel's table at start, whoever filled it.</summary>
    public bool FlushAtStart { get; init; }

    /// <summary>How often the kernel's table is compared with the wanted one; zero for never.</summary>
    public TimeSpan Resync { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bounds how long the first request of a batch can be kept waiting by later ones.</summary>
    public int MaxRequestsPerBatch { get; init; } = 1024;
}
