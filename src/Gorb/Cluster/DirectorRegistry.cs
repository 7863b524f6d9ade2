using System.Collections.Immutable;
using Gorb.Etcd;
using Gorb.Model;
using Gorb.Model.Policy;
using Gorb.Platform;
using Gorb.Writer;

namespace Gorb.Cluster;

/// <summary>Tells the other directors of this one, under a lease, and knows what they tell. Who does not renew the lease is gone after some seconds.</summary>
/// <param name="client">The client of etcd.</param>
/// <param name="keys">The keys of the cluster.</param>
/// <param name="director">The director's name.</param>
/// <param name="applier">What the director has of the cluster's table.</param>
/// <param name="writer">The director's own table.</param>
/// <param name="idle">The draining backends without a connection here.</param>
/// <param name="time">The time.</param>
internal sealed class DirectorRegistry(EtcdClient client, ClusterKeys keys, string director, SharedApplier applier, TableWriter writer, IdleDrains idle, TimeProvider time)
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(5), Renewal = TimeSpan.FromSeconds(1), Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>The time to leave: the daemon stops within a second.</summary>
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromMilliseconds(200);

    private static readonly string Version = typeof(DirectorRegistry).Assembly.GetName().Version!.ToString(3);

    private readonly RevisionTimes _times = new(time);
    private readonly string _run = Guid.NewGuid().ToString("n");
    private readonly DateTimeOffset _since = time.GetUtcNow();
    private volatile ImmutableSortedDictionary<string, DirectorDocument?> _directors = ImmutableSortedDictionary.Create<string, DirectorDocument?>(StringComparer.Ordinal);
    private volatile bool _isCurrent;
    private volatile string? _twin;
    private volatile TaskCompletionSource _heard = Signal();
    private EtcdLease? _lease;
    private byte[] _told = [];
    private long _written;
    private (Table? Of, IReadOnlyList<string> Names) _down = (null, []);

    /// <summary>The live directors by name; null for one whose document is of another version.</summary>
    public ImmutableSortedDictionary<string, DirectorDocument?> Directors => _directors;

    /// <summary>True while what the directors tell is up to date.</summary>
    public bool IsCurrent => _isCurrent;

    /// <summary>Why this director cannot tell of itself under its name; null when it can.</summary>
    public string? Twin => _twin;

    /// <summary>Notes which revision this director has: how long others have been behind is counted from here.</summary>
    public void NoteHead() => _times.Note(applier.Head(keys));

    /// <summary>The time for which a director has been without a change that this one has; zero if it has all.</summary>
    public TimeSpan FindLag(DirectorDocument told) => _times.FindLag(told.Revision);

    /// <summary>Tells and listens until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancel) => Together.RunAsync(cancel, TellAsync, ListenAsync);

    /// <summary>Ends the lease, so that the others know at once that this director is gone.</summary>
    public async Task LeaveAsync(CancellationToken cancel)
    {
        try
        {
            if (_lease is { } lease && _isCurrent)
            {
                await client.RevokeAsync(lease, LeaveLimit, cancel).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is EtcdException or OperationCanceledException)
        {
            return; // it ends by itself
        }
    }

    /// <summary>True if no live director has a connection to a draining backend.</summary>
    /// <param name="drain">The drain, as <see cref="IdleDrains"/> names it.</param>
    public bool IsIdleEverywhere(string drain) => _isCurrent && _directors.ContainsKey(director) && _directors.Values.All(document => document?.Idle.Contains(drain) == true);

    /// <summary>Waits until every live director tells that it has a revision of the table.</summary>
    /// <param name="revision">The revision, which this director has.</param>
    /// <param name="service">The service that their kernels must not refuse; null for all services.</param>
    /// <param name="limit">The time for it.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <returns>The directors that do not have it, with the reasons.</returns>
    public async Task<IReadOnlyList<MissingDirector>> WaitForAllAsync(long revision, string? service, TimeSpan limit, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var heard = _heard.Task; // before the directors are looked at, so that nothing is missed
            var missing = FindMissing(revision, service);
            var left = limit - time.GetElapsedTime(began);
            if (missing.Count == 0 || left <= TimeSpan.Zero || cancel.IsCancellationRequested)
            {
                return missing;
            }

            await Task.WhenAny(heard, Task.Delay(left, time, cancel)).ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private IReadOnlyList<MissingDirector> FindMissing(long revision, string? service) => _isCurrent
        ? [.. _directors.Where(other => other.Key != director || _twin is not null).Select(other => new MissingDirector(other.Key, FindLack(other.Value, revision, service)!)).Where(static other => other.Reason is not null)]
        : [new MissingDirector(director, "does not hear of the other directors, because etcd does not answer")];

    /// <summary>What a director lacks of a revision; null if nothing.</summary>
    private static string? FindLack(DirectorDocument? told, long revision, string? service) => told switch
    {
        null => "is of another version, and does not tell what it has in words that are known here",
        _ when told.Revision < revision => $"has the table of revision {told.Revision}, and the change is in {revision}; it gets it as soon as it can",
        _ when told.Refused.FirstOrDefault(name => service is null || name == service) is { } refused => $"its kernel refuses service '{refused}', and it is tried again; GET /cluster at that director has the reason",
        _ => null,
    };

    /// <summary>Tells of this director as soon as something has changed, and then not again for a moment, unless a director waits for it.</summary>
    private async Task TellAsync(CancellationToken cancel)
    {
        while (true)
        {
            var (changed, awaited, isTold) = (applier.Changed, applier.Awaited, true); // before it is told, so that nothing is missed
            try
            {
                isTold = await TellOnceAsync(cancel).ConfigureAwait(false);
            }
            catch (EtcdException error) when (error.Failure == EtcdFailure.LeaseLost)
            {
                _lease = null;
            }
            catch (EtcdException)
            {
                _told = []; // it is not known what stands there; the follower of the table tells that etcd is away
            }

            var pause = Task.Delay(Pause, time, cancel);
            do
            {
                await Task.WhenAny(changed, pause).ConfigureAwait(false);
                changed = applier.Changed;
            }
            while (isTold && !pause.IsCompleted && applier.Awaited == awaited);
            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <returns>True if something was told.</returns>
    private async Task<bool> TellOnceAsync(CancellationToken cancel)
    {
        if (_lease is null || _lease.Left(client.Clock) == TimeSpan.Zero)
        {
            _lease = await client.GrantAsync(Ttl, cancel: cancel).ConfigureAwait(false);
            _told = [];
        }
        else if (client.Clock.GetElapsedTime(_lease.SentAt) > Renewal)
        {
            _lease = await client.RenewAsync(_lease, cancel: cancel).ConfigureAwait(false);
        }

        var document = Document().Write();
        if (document.AsSpan().SequenceEqual(_told))
        {
            return false;
        }

        await PutAsync(document, _lease, cancel).ConfigureAwait(false);
        return true;
    }

    /// <summary>Writes the document unless another director has the name.</summary>
    private async Task PutAsync(byte[] document, EtcdLease lease, CancellationToken cancel)
    {
        var key = keys.Director(director);
        while (true)
        {
            var outcome = await client.CommitAsync(new EtcdTransaction().If(key, _written).Put(key, document, lease.Id).ElseGet(KeyRange.Single(key)), cancel: cancel).ConfigureAwait(false);
            if (outcome.IsDone)
            {
                (_told, _twin, _written) = (document, null, outcome.Revision);
                return;
            }

            var present = outcome.Read is [var entry, ..] ? entry : null;
            if (present is not null && DirectorDocument.Read(present.Value)?.Run != _run)
            {
                _twin = $"another director is called '{director}', or this one was until a moment ago: --director gives each its own name";
                return;
            }

            _written = present?.ModRevision ?? 0;
        }
    }

    private DirectorDocument Document() => new(
        _run, Version, applier.Head(keys), _since, Down(), idle.Names(time.GetTimestamp()), [.. applier.Refused.Keys.Order(StringComparer.Ordinal).Take(DirectorDocument.MaxNames)]);

    private IReadOnlyList<string> Down()
    {
        var table = writer.Current;
        if (!ReferenceEquals(table, _down.Of))
        {
            _down = (table, [.. table.Services.Values.SelectMany(static service => service.Backends.Values.Where(static backend => backend.Health.Verdict == Verdict.Down).Select(backend => $"{service.Name}/{backend.Name}"))
                .Take(DirectorDocument.MaxNames)]);
        }

        return _down.Names;
    }

    private async Task ListenAsync(CancellationToken cancel)
    {
        await foreach (var update in client.WatchAsync(KeyRange.Prefix(keys.Directors), cancel).ConfigureAwait(false))
        {
            switch (update)
            {
                case WatchListing listing:
                    _directors = listing.Entries.ToImmutableSortedDictionary(entry => entry.Key[keys.Directors.Length..], static entry => DirectorDocument.Read(entry.Value), StringComparer.Ordinal);
                    break;
                case WatchChanges changes:
                    _directors = changes.Changes.Aggregate(_directors, (directors, change) => change.Entry is null
                        ? directors.Remove(change.Key[keys.Directors.Length..])
                        : directors.SetItem(change.Key[keys.Directors.Length..], DirectorDocument.Read(change.Entry.Value)));
                    break;
            }

            _isCurrent = update is not WatchInterruption;
            Interlocked.Exchange(ref _heard, Signal()).SetResult();
        }
    }
}

/// <summary>A director that lacks what another one has.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Reason">Why, and what to do.</param>
internal sealed record MissingDirector(string Name, string Reason);
