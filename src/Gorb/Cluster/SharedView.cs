using Gorb.Model;

namespace Gorb.Cluster;

/// <summary>The cluster's table as a director sees it.</summary>
/// <param name="From">The cluster's table.</param>
/// <param name="Table">The same table with the director's own verdicts and clocks: edits are applied to it.</param>
internal sealed record SharedView(SharedTable From, Table Table);

/// <summary>Where a writer of the cluster's table gets the table from.</summary>
internal interface ISharedView
{
    /// <summary>Why the table may be behind; null when it follows etcd.</summary>
    string? Problem { get; }

    /// <summary>Waits until the table has all changes up to a revision.</summary>
    /// <exception cref="TimeoutException">It has not in that time.</exception>
    Task<SharedView> ReachAsync(long revision, TimeSpan limit, CancellationToken cancel);
}

/// <summary>Why and since when a director's table may be behind that of its cluster.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Since">Since when, by the host's clock.</param>
internal sealed record Staleness(string Reason, DateTimeOffset Since);
