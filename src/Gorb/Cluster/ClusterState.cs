namespace Gorb.Cluster;

/// <summary>What a director knows of its place in the cluster. Can be read on any thread.</summary>
/// <param name="options">The cluster.</param>
/// <param name="follower">Follows the cluster's table.</param>
/// <param name="applier">Brings the cluster's table into the director's own.</param>
/// <param name="registry">What the directors tell of themselves.</param>
/// <param name="time">The time.</param>
internal sealed class ClusterState(ClusterOptions options, SharedFollower follower, SharedApplier applier, DirectorRegistry registry, TimeProvider time)
{
    /// <summary>For this long writes wait for etcd before they are refused: another member may be there in a moment.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private volatile Staleness? _apart;

    public ClusterOptions Options => options;

    /// <summary>Why and since when the director does not follow the cluster's table although it can be read; null if it does.</summary>
    public Staleness? Apart => _apart;

    /// <summary>Why and since when the director's table may be behind that of the cluster; null when it is not.</summary>
    public Staleness? Stale => follower.Stale ?? _apart;

    /// <summary>Why changes are refused at once; null when they are tried.</summary>
    public string? RefusedWrites => _apart?.Reason ?? (follower.Stale is { } stale && (applier.Revision == 0 || time.GetUtcNow() - stale.Since > Patience) ? stale.Reason : null);

    /// <summary>The revision of the last change in the table that this director has; 0 for none yet.</summary>
    public long Revision => applier.Head(new ClusterKeys(options.Address.Name));

    /// <summary>The live directors by name; null for one whose document is of another version.</summary>
    public IReadOnlyDictionary<string, DirectorDocument?> Directors => registry.Directors;

    /// <summary>
    /// The time for which a director has been behind: another one since this director has had a change that it lacks, and this one since it has not heard of etcd. Zero for one that is not.
    /// </summary>
    public TimeSpan FindLag(string director, DirectorDocument told) =>
        director != options.Director ? registry.FindLag(told) : Stale is { } stale && time.GetUtcNow() - stale.Since is var lag && lag > TimeSpan.Zero ? lag : TimeSpan.Zero;

    /// <summary>Why this director is not among them; null when it is.</summary>
    public string? Twin => registry.Twin;

    /// <summary>The services that this director has not as the cluster wants them, with the reasons.</summary>
    public IReadOnlyDictionary<string, string> Refused => applier.Refused.ToDictionary(static refused => refused.Key, static refused => refused.Value.Problems is [var first, ..] ? first.Text : refused.Value.Message);

    /// <summary>Waits until every live director has what this one has.</summary>
    /// <param name="service">The service that the others must have as the cluster wants it; null for all services.</param>
    /// <param name="limit">The time for it.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <returns>The directors that do not have it, with the reasons.</returns>
    public Task<IReadOnlyList<MissingDirector>> WaitForAllAsync(string? service, TimeSpan limit, CancellationToken cancel) => registry.WaitForAllAsync(Revision, service, limit, cancel);

    /// <summary>Notes why the director stays apart; null when it does not.</summary>
    /// <returns>True if that is new.</returns>
    public bool NoteApart(string? reason)
    {
        var isNew = reason != _apart?.Reason;
        if (isNew)
        {
            _apart = reason is null ? null : new Staleness(reason, _apart?.Since ?? time.GetUtcNow());
        }

        return isNew;
    }
}
