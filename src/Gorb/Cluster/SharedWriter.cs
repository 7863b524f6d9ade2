using System.Threading.Channels;
using Gorb.Etcd;
using Gorb.Model;
using Gorb.Writer;

namespace Gorb.Cluster;

/// <summary>
/// Brings the edits of one director into the cluster's table. All that wait are applied to the table that the director follows, and sent as one transaction. When another director was
/// faster with one of the same services, they are applied again to what that one made of it; an edit that contradicts then fails with its own error. Each edit is made once, also when an
/// answer of etcd is lost.
/// </summary>
/// <param name="client">The client of etcd.</param>
/// <param name="keys">The keys of the cluster.</param>
/// <param name="director">The director's name, which no other director has.</param>
/// <param name="view">Follows the table.</param>
/// <param name="limits">The limits of the table.</param>
internal sealed class SharedWriter(EtcdClient client, ClusterKeys keys, string director, ISharedView view, Limits limits)
{
    private const int MaxEdits = 1000;

    /// <summary>The time for all tries.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The time for all tries of a change that takes many transactions.</summary>
    private static readonly TimeSpan LargeLimit = TimeSpan.FromSeconds(30);

    /// <summary>The time for one answer of etcd. What a member passes on to a leader that is gone is lost, so that it is better sent again than waited for.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(1.5);

    private readonly Channel<SharedEdit> _edits = Channel.CreateUnbounded<SharedEdit>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ChangeSignature _signature = new(keys, director);

    /// <summary>The revision with the last change, which the next one is applied to.</summary>
    private long _reach;

    /// <summary>Posts a change and waits until etcd has it.</summary>
    /// <returns>The revision of the table with the change.</returns>
    /// <exception cref="RequestException">The change was refused, or etcd does not answer.</exception>
    public Task<long> ChangeAsync(ChangeOrigin origin, Action<Transaction> edit) => ChangeAsync(new SharedEdit(origin, edit));

    /// <inheritdoc cref="ChangeAsync(ChangeOrigin, Action{Transaction})"/>
    public Task<long> ChangeAsync(SharedEdit edit) => _edits.Writer.TryWrite(edit) ? edit.Done : throw Stopping();

    /// <inheritdoc cref="ChangeSignature.ForgetFormerRunsAsync"/>
    public Task ForgetFormerRunsAsync(CancellationToken cancel) => _signature.ForgetFormerRunsAsync(client, cancel);

    /// <summary>Makes the posted changes until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (await _edits.Reader.WaitToReadAsync(cancel).ConfigureAwait(false))
            {
                var batch = new List<SharedEdit>();
                while (batch.Count < MaxEdits && _edits.Reader.TryRead(out var edit))
                {
                    batch.Add(edit);
                }

                await MakeAsync(batch, cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            _edits.Writer.TryComplete();
            while (_edits.Reader.TryRead(out var edit))
            {
                edit.Fail(Stopping());
            }
        }
    }

    private static RequestException Stopping() => new(Refusal.Unavailable, "the daemon is stopping", []);

    private async Task MakeAsync(List<SharedEdit> batch, CancellationToken cancel)
    {
        SharedStage? stage = null;
        try
        {
            await CommitAsync(batch, () => stage = stage is { IsReusable: true } ? stage : new SharedStage(client, keys, _signature.NewName()), cancel).ConfigureAwait(false);
        }
        catch (Exception error) // no error of a batch ends the writer; every edit of the batch fails with it
        {
            var reason = error is EtcdException or TimeoutException ? Unavailable(error) : cancel.IsCancellationRequested ? Stopping() : error;
            batch.ForEach(edit => edit.Fail(reason));
            cancel.ThrowIfCancellationRequested();
        }

        if (stage is not null)
        {
            await ClearAsync(stage, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Brings the documents of a large change to their own keys, or removes them if it was not made.</summary>
    private async Task ClearAsync(SharedStage stage, CancellationToken cancel)
    {
        try
        {
            await stage.RemoveAsync(cancel).ConfigureAwait(false);
            await SettleAsync(await view.ReachAsync(_reach, Limit, cancel).ConfigureAwait(false), Limit, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is EtcdException or TimeoutException)
        {
            return; // the next change of any director moves them; what is left over without a commit does not count
        }
    }

    private async Task CommitAsync(List<SharedEdit> batch, Func<SharedStage> stage, CancellationToken cancel)
    {
        var (began, limit) = (client.Clock.GetTimestamp(), Limit);
        TimeSpan Left() => limit - client.Clock.GetElapsedTime(began);
        var reach = _reach;
        _reach = 0; // waited for once: an etcd that was restored from a backup never comes to it
        var seen = await view.ReachAsync(reach, Left(), cancel).ConfigureAwait(false);
        while (true)
        {
            seen = await SettleAsync(seen, Left(), cancel).ConfigureAwait(false);
            var change = Plan(seen, batch);
            var isSure = change is not null && batch.TrueForAll(static edit => edit.Refusal is null);
            if (!isSure && await FindNewerAsync(seen.From, cancel).ConfigureAwait(false) is var newer and > 0)
            {
                seen = await view.ReachAsync(newer, Left(), cancel).ConfigureAwait(false); // nothing is refused because of what another director has changed already
                continue;
            }

            if (change is null)
            {
                batch.ForEach(edit => edit.Complete(seen.From.Revision));
                return;
            }

            var head = HeadDocument.Of(director, batch.FindAll(static edit => edit.Refusal is null)).Write();
            var transaction = change.ToTransaction();
            if (IsTooLarge(transaction, head))
            {
                if (batch.Count > 1)
                {
                    await MakeAsync(batch[..(batch.Count / 2)], cancel).ConfigureAwait(false);
                    await MakeAsync(batch[(batch.Count / 2)..], cancel).ConfigureAwait(false);
                    return;
                }

                limit = LargeLimit;
                transaction = await stage().StageAsync(change, Left, cancel).ConfigureAwait(false);
            }

            var (isMade, revision) = await SendAsync(transaction, seen.From, head, Left, cancel).ConfigureAwait(false);
            if (isMade)
            {
                _reach = revision;
                batch.ForEach(edit => edit.Complete(revision));
                return;
            }

            seen = await view.ReachAsync(revision, Left(), cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Finishes a large change that is committed: its documents are moved to their own keys before anything else is changed.</summary>
    private async Task<SharedView> SettleAsync(SharedView seen, TimeSpan limit, CancellationToken cancel)
    {
        var began = client.Clock.GetTimestamp();
        while (seen.From.Staged.Committed is not null)
        {
            var left = limit - client.Clock.GetElapsedTime(began);
            var moved = left > TimeSpan.Zero ? await SharedStage.MoveAsync(client, keys, seen.From, cancel).ConfigureAwait(false) : throw new TimeoutException("a large change is not finished");
            seen = await view.ReachAsync(moved, left, cancel).ConfigureAwait(false);
        }

        return seen;
    }

    /// <summary>Applies the edits in their order. One that the table does not allow fails alone.</summary>
    private SharedChange? Plan(SharedView seen, List<SharedEdit> batch)
    {
        var (table, touched, identity) = (seen.Table, new HashSet<string>(), (string?)null);
        foreach (var edit in batch)
        {
            if (edit.Apply(table, seen.From, limits) is { } made)
            {
                table = made.After;
                touched.UnionWith(made.Touched);
                identity ??= edit.Identity;
            }
        }

        return SharedChange.Plan(keys, seen.From, table, touched, identity);
    }

    /// <summary>The revision of the table in etcd if it is newer than a table here; otherwise 0.</summary>
    private async Task<long> FindNewerAsync(SharedTable from, CancellationToken cancel)
    {
        var head = await client.GetAsync(keys.Head, cancel: cancel).ConfigureAwait(false);
        return head is not null && head.ModRevision > from.Version(keys.Head) ? head.ModRevision : 0;
    }

    /// <summary>True if the change does not fit into one transaction, with its signature.</summary>
    private bool IsTooLarge(EtcdTransaction change, byte[] head) =>
        change.Operations > EtcdTransaction.MaxOperations - ChangeSignature.Operations || change.Bytes > EtcdTransaction.MaxBytes - _signature.Bytes - head.Length;

    /// <summary>Sends a change until it is known what became of it.</summary>
    /// <returns>Whether it was made and at which revision; or the revision that must be seen before the next try.</returns>
    /// <exception cref="EtcdException">It is not known (<see cref="EtcdFailure.Unknown"/>), also when only an earlier sending may have made it; or nothing was changed.</exception>
    private async Task<(bool IsMade, long Revision)> SendAsync(EtcdTransaction change, SharedTable from, byte[] head, Func<TimeSpan> left, CancellationToken cancel)
    {
        _signature.Sign(change, from, head);
        EtcdException? unanswered = null;
        while (true)
        {
            try
            {
                var time = left();
                var outcome = await client.CommitAsync(change, time < AnswerLimit ? time : AnswerLimit, cancel).ConfigureAwait(false);
                if (!outcome.IsDone)
                {
                    return _signature.Judge(outcome, from);
                }

                _signature.Note(outcome.Revision);
                return (true, outcome.Revision);
            }
            catch (EtcdException error) when (error.Failure == EtcdFailure.Unknown && left() > TimeSpan.Zero)
            {
                unanswered = error; // sent again, it is made once at most: its condition on the director's change before holds once
            }
            catch (EtcdException error) when (unanswered is not null)
            {
                throw new EtcdException(EtcdFailure.Unknown, unanswered.Message, error);
            }
            catch (OperationCanceledException error)
            {
                throw new EtcdException(EtcdFailure.Unknown, "the daemon is stopping", error);
            }
        }
    }

    private RequestException Unavailable(Exception error) => new(
        Refusal.Unavailable,
        "the cluster's table cannot be changed",
        [new Problem(null, null, error is EtcdException { Failure: EtcdFailure.Unknown }
            ? $"{error.Message}; the change may have been made all the same: read before trying again"
            : $"{(error is TimeoutException ? view.Problem ?? "other directors change the same services all the time" : error.Message)}; nothing was changed: try again, and see that a majority of etcd's members run")],
        error);
}
