using System.Collections.Immutable;
using Gorb.Model;
using Gorb.Writer;

namespace Gorb.Cluster;

/// <summary>
/// Brings the cluster's table, as it is followed, into the director's own table, and so into the kernel: only what differs. A service that this kernel refuses stays as it was, alone, and is tried
/// again.
/// </summary>
/// <param name="follower">Follows the cluster's table.</param>
/// <param name="writer">The director's own table.</param>
internal sealed class SharedApplier(SharedFollower follower, TableWriter writer) : ISharedView
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _departed = [];
    private Applied? _applied;
    private bool _isApplying;
    private string? _problem;
    private TaskCompletionSource _changed = Signal();

    /// <summary>The revision of the cluster's table that the kernel has; 0 for none yet.</summary>
    public long Revision
    {
        get
        {
            lock (_lock)
            {
                return _applied?.Shared.Revision ?? 0;
            }
        }
    }

    /// <summary>True once the director's own table follows that of the cluster.</summary>
    public bool IsFollowing
    {
        get
        {
            lock (_lock)
            {
                return _applied is { IsOnlyShown: false };
            }
        }
    }

    /// <summary>The revision of the last change in the table that the kernel has; 0 for none yet.</summary>
    public long Head(ClusterKeys keys)
    {
        lock (_lock)
        {
            return _applied is { IsOnlyShown: false } applied ? applied.Shared.Version(keys.Head) : 0;
        }
    }

    /// <summary>The last change in the table that the kernel has for which a director waits; 0 for none.</summary>
    public long Awaited
    {
        get
        {
            lock (_lock)
            {
                return _applied?.Shared.Awaited ?? 0;
            }
        }
    }

    /// <summary>Completes when a table was applied next, or was looked at again.</summary>
    public Task Changed
    {
        get
        {
            lock (_lock)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>The services that this director has not as the cluster wants them, with the reasons.</summary>
    public IReadOnlyDictionary<string, RequestException> Refused
    {
        get
        {
            lock (_lock)
            {
                return _applied?.Refused ?? ImmutableDictionary<string, RequestException>.Empty;
            }
        }
    }

    /// <inheritdoc/>
    public string? Problem
    {
        get
        {
            lock (_lock)
            {
                return follower.Problem ?? _problem;
            }
        }
    }

    /// <summary>True if the director has a table as the cluster wants it.</summary>
    public bool Has(SharedTable shared)
    {
        lock (_lock)
        {
            return _problem is null && _departed.Count == 0 && _applied is { IsOnlyShown: false, Refused.Count: 0 } applied && applied.Shared.Revision == shared.Revision;
        }
    }

    /// <summary>Applies a table.</summary>
    /// <returns>False if it must be tried again.</returns>
    /// <exception cref="RequestException">The daemon is stopping.</exception>
    public async Task<bool> ApplyAsync(SharedTable shared)
    {
        var names = Begin(shared);
        if (names.Count == 0 && IsApplied(shared.Table))
        {
            End(new Applied(shared, writer.Current, ImmutableDictionary<string, RequestException>.Empty), null); // staged or moved documents
            return true;
        }

        try
        {
            var refused = await ApplyAsync(shared, names).ConfigureAwait(false);
            End(new Applied(shared, writer.Current, refused.ToImmutableDictionary()), null);
            return refused.Count == 0;
        }
        catch (RequestException error)
        {
            NoteDeparted(names); // looked at again
            End(null, error.Problems is [var first, ..] ? first.Text : error.Message);
            return false;
        }
    }

    /// <summary>Takes a table as the one that edits are applied to, without bringing it into the director's own.</summary>
    public void Show(SharedTable shared)
    {
        lock (_lock)
        {
            _applied = new Applied(shared, shared.Table, ImmutableDictionary<string, RequestException>.Empty) { IsOnlyShown = true };
        }

        Tell();
    }

    /// <summary>Wakes those who wait for a revision, so that they look at <see cref="Problem"/> again.</summary>
    public void Tell()
    {
        lock (_lock)
        {
            _changed.SetResult();
            _changed = Signal();
        }
    }

    /// <summary>Notes that the director removed something of a service by itself while etcd was away.</summary>
    public void NoteDeparted(IEnumerable<string> services)
    {
        lock (_lock)
        {
            _departed.UnionWith(services);
        }
    }

    /// <inheritdoc/>
    public async Task<SharedView> ReachAsync(long revision, TimeSpan limit, CancellationToken cancel)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (follower.Problem is null && _problem is null && _applied is { } applied && applied.Shared.Revision >= revision)
                {
                    return new SharedView(applied.Shared, View(applied));
                }

                changed = _changed.Task;
            }

            var left = limit - TimeProvider.System.GetElapsedTime(began);
            await changed.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancel).ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The applied table as the cluster wants it, with this director's verdicts. While another one is being applied, the verdicts are those of the one before.</summary>
    private Table View(Applied applied)
    {
        var table = _isApplying || applied.IsOnlyShown ? applied.Table : writer.Current;
        var differing = applied.Refused.Keys.Union(_departed).ToList();
        if (differing.Count == 0)
        {
            return table;
        }

        var view = new Table.Builder(table);
        var services = differing.Select(name => applied.Shared.Table.Find(name) is { } service ? LocalView.Of(service, table.Find(name)) : null).OfType<Service>().ToList();
        differing.ForEach(view.Remove);
        return services.TrueForAll(service => view.TryAdd(service, out _)) ? view.ToTable() : applied.Shared.Table with { Tokens = table.Tokens }; // what differs stands in each other's way
    }

    private List<string> Begin(SharedTable shared)
    {
        lock (_lock)
        {
            _isApplying = true;
            var names = _applied is { IsOnlyShown: false } applied ? Differing(applied.Shared.Table, shared.Table).Union(applied.Refused.Keys) : writer.Current.Services.Keys.Union(shared.Table.Services.Keys);
            var all = names.Union(_departed).ToList();
            _departed.Clear();
            return all;
        }
    }

    private bool IsApplied(Table table)
    {
        lock (_lock)
        {
            return _problem is null && _applied is { IsOnlyShown: false } applied && ReferenceEquals(applied.Shared.Table, table);
        }
    }

    private void End(Applied? applied, string? problem)
    {
        lock (_lock)
        {
            _isApplying = false;
            _problem = problem;
            if (applied is not null)
            {
                _applied = applied;
            }
        }

        Tell();
    }

    private static IEnumerable<string> Differing(Table before, Table after) => ReferenceEquals(before, after) ? [] :
        before.Services.Keys.Where(name => !after.Services.ContainsKey(name)).Concat(after.Services.Values.Where(service => !ReferenceEquals(service, before.Find(service.Name))).Select(static service => service.Name));

    /// <summary>Applies services together; if the kernel refuses them, in halves, so that only those that it refuses are left out.</summary>
    /// <returns>Those that are refused.</returns>
    private async Task<Dictionary<string, RequestException>> ApplyAsync(SharedTable shared, List<string> names)
    {
        try
        {
            await writer.ChangeAsync(new ChangeOrigin(Actors.Cluster), transaction => transaction.Follow(
                names.Select(name => (name, shared.Table.Find(name) is { } service ? LocalView.Of(service, transaction.Find(name)) : null)), shared.Table.Declarations, shared.Authors.Find)).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            return [];
        }
        catch (RequestException error) when (error.Refusal is Refusal.Kernel or Refusal.Conflict or Refusal.Invalid)
        {
            if (names.Count <= 1)
            {
                return names.ToDictionary(static name => name, _ => error);
            }

            var refused = await ApplyAsync(shared, names[..(names.Count / 2)]).ConfigureAwait(false);
            foreach (var (name, reason) in await ApplyAsync(shared, names[(names.Count / 2)..]).ConfigureAwait(false))
            {
                refused.Add(name, reason);
            }

            return refused.Count is > 1 && refused.Count < names.Count ? await ApplyAsync(shared, [.. refused.Keys]).ConfigureAwait(false) : refused; // some may have waited for each other's addresses
        }
    }

    /// <summary>A table that the director has.</summary>
    /// <param name="Shared">The cluster's table.</param>
    /// <param name="Table">The director's.</param>
    /// <param name="Refused">The services that it has not as the cluster wants them.</param>
    private sealed record Applied(SharedTable Shared, Table Table, ImmutableDictionary<string, RequestException> Refused)
    {
        /// <summary>True if the director's own table does not follow it.</summary>
        public bool IsOnlyShown { get; init; }
    }
}
