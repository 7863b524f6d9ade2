using Gorb.Model;

namespace Gorb.Writer;

internal sealed record TableWriterOptions
{
    /// <summary>Whether to empty the kernel's table at the start, including entries of other programs.</summary>
    public bool FlushAtStart { get; init; }

    /// <summary>The interval at which the kernel's table is compared with the wanted table. Zero disables the comparison.</summary>
    public TimeSpan Resync { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How large the table may grow.</summary>
    public Limits Limits { get; init; } = new();

    /// <summary>The maximum number of requests in a batch. It bounds how long later requests can delay the first one.</summary>
    public int MaxRequestsPerBatch { get; init; } = 1024;
}
