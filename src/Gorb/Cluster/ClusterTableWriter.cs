using Gorb.Model;
using Gorb.Writer;

namespace Gorb.Cluster;

/// <summary>
/// Takes changes of the table that the directors of a cluster share. A change is answered when etcd and this director's kernel have it. One that this kernel refuses is taken back from the
/// cluster's table.
/// </summary>
/// <param name="writer">The director's own table.</param>
/// <param name="shared">Writes the cluster's table.</param>
/// <param name="applier">Brings the cluster's table into the director's own.</param>
/// <param name="state">What the director knows of its place in the cluster.</param>
/// <param name="idle">The draining backends without a connection here.</param>
/// <param name="registry">What the other directors tell.</param>
/// <param name="audit">Records who changed what.</param>
internal sealed class ClusterTableWriter(TableWriter writer, SharedWriter shared, SharedApplier applier, ClusterState state, IdleDrains idle, DirectorRegistry registry, IAuditTrail audit) : ITableWriter, IDisposable
{
    /// <summary>The time in which this director must have a change that etcd has.</summary>
    private static readonly TimeSpan ApplyLimit = TimeSpan.FromSeconds(10), LargeApplyLimit = TimeSpan.FromSeconds(30);

    /// <summary>The number of services from which a change is large.</summary>
    private const int LargeChange = 100;

    private readonly CancellationTokenSource _end = new();

    /// <inheritdoc/>
    public Table Current => writer.Current;

    /// <inheritdoc/>
    public bool IsShared => true;

    /// <inheritdoc/>
    public string? RefusedWrites => state.RefusedWrites ?? (applier.IsFollowing ? null : "this director does not have the cluster's table yet");

    /// <inheritdoc/>
    public Task Started => writer.Started;

    /// <inheritdoc/>
    public async Task ChangeAsync(ChangeOrigin origin, Action<Transaction> edit)
    {
        if (state.RefusedWrites is { } reason)
        {
            if (origin.Actor == Actors.Drain)
            {
                await EndDrainAsync(origin, edit).ConfigureAwait(false);
                return;
            }

            throw Unavailable($"{reason}; nothing was changed");
        }

        Prepare(origin);
        var change = new SharedEdit(origin, edit);
        var revision = await shared.ChangeAsync(change).ConfigureAwait(false);
        var made = change.Made!;
        await ReachAsync(revision, made.Touched.Count < LargeChange ? ApplyLimit : LargeApplyLimit).ConfigureAwait(false);
        if (made.Touched.Select(applier.Refused.GetValueOrDefault).OfType<RequestException>().FirstOrDefault() is { } refusal)
        {
            await TakeBackAsync(made).ConfigureAwait(false);
            throw refusal;
        }

        await RecordAsync(made).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public bool NoteIdle(string service, Backend backend)
    {
        var drain = IdleDrains.Name(service, backend);
        idle.Note(drain);
        return state.Stale is null && registry.IsIdleEverywhere(drain);
    }

    /// <summary>Ends the waiting of all changes.</summary>
    public void Stop() => _end.Cancel();

    public void Dispose() => _end.Dispose();

    private static RequestException Unavailable(string text) => new(Refusal.Unavailable, "the cluster's table cannot be changed", [new Problem(null, null, text)]);

    /// <summary>Ends a drain of this director while etcd is away: its deadline holds all the same. The cluster's table learns of it when etcd is back, because each director ends drains that are due.</summary>
    private Task EndDrainAsync(ChangeOrigin origin, Action<Transaction> edit) => writer.ChangeAsync(origin, transaction =>
    {
        edit(transaction);
        applier.NoteDeparted(transaction.Touched);
    });

    private void Prepare(ChangeOrigin origin)
    {
        if (!origin.IsAudited)
        {
            return;
        }

        try
        {
            audit.Prepare();
        }
        catch (StateException error)
        {
            throw RequestException.Unsaved(error);
        }
    }

    private async Task ReachAsync(long revision, TimeSpan limit)
    {
        try
        {
            await applier.ReachAsync(revision, limit, _end.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            throw new RequestException(
                Refusal.Unavailable, "the change is in the cluster's table, but not in this director's kernel",
                [new Problem(null, null, $"{(error is TimeoutException ? applier.Problem ?? "this director did not get it in time" : "the daemon is stopping")}; the other directors have it, and this one gets it as soon as it can")], error);
        }
    }

    /// <summary>Takes a change back that this kernel refuses, as far as no other director has changed its services since.</summary>
    private async Task TakeBackAsync(Transaction made)
    {
        var revision = await shared.ChangeAsync(made.Origin with { Authority = null }, transaction =>
        {
            var back = made.Touched.Where(name => !new ServiceChange(name, transaction.Find(name), made.After.Find(name)).ChangesWishes).ToList();
            var declarations = back.Aggregate(transaction.After.Declarations, (all, name) => all.With(name, made.Before.Declarations.On(name)));
            transaction.Follow(back.Select(name => (name, made.Before.Find(name))), declarations);
        }).ConfigureAwait(false);
        await ReachAsync(revision, ApplyLimit).ConfigureAwait(false);
    }

    private async Task RecordAsync(Transaction made)
    {
        if (!made.Origin.IsAudited || ReferenceEquals(made.Before, made.After))
        {
            return;
        }

        try
        {
            await audit.RecordAsync([new AuditedChange(made.Origin, made.Before, made.After, made.Touched)]).ConfigureAwait(false);
        }
        catch (StateException error)
        {
            throw RequestException.Unrecorded(error);
        }
    }
}
