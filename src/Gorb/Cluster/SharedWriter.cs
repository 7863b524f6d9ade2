using System.Globalization;
using System.Text;
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
/// <param name="follower">Follows the table.</param>
/// <param name="limits">The limits of the table.</param>
internal sealed class SharedWriter(EtcdClient client, ClusterKeys keys, string director, SharedFollower follower, Limits limits)
{
    private const int MaxEdits = 1000;

    /// <summary>The time for all tries.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The time for one answer of etcd. What a member passes on to a leader that is gone is lost, so that it is better sent again than waited for.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(1.5);

    private readonly Channel<SharedEdit> _edits = Channel.CreateUnbounded<SharedEdit>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>The director's last change that is known to be made.</summary>
    private (long Number, long Revision) _last;

    /// <summary>The revision with the last change, which the next one is applied to.</summary>
    private long _reach;

    /// <summary>Posts a change and waits until etcd has it.</summary>
    /// <returns>The revision of the table with the change.</returns>
    /// <exception cref="RequestException">The change was refused, or etcd does not answer.</exception>
    public Task<long> ChangeAsync(ChangeOrigin origin, Action<Transaction> edit)
    {
        var request = new SharedEdit(origin, edit);
        return _edits.Writer.TryWrite(request) ? request.Done : throw new RequestException(Refusal.Unavailable, "the daemon is stopping", []);
    }

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
                edit.Fail(new RequestException(Refusal.Unavailable, "the daemon is stopping", []));
            }
        }
    }

    private async Task MakeAsync(List<SharedEdit> batch, CancellationToken cancel)
    {
        try
        {
            await CommitAsync(batch, cancel).ConfigureAwait(false);
        }
        catch (Exception error) // no error of a batch ends the writer; every edit of the batch fails with it
        {
            var reason = error is EtcdException or TimeoutException ? Unavailable(error) : error;
            batch.ForEach(edit => edit.Fail(reason));
            cancel.ThrowIfCancellationRequested();
        }
    }

    private async Task CommitAsync(List<SharedEdit> batch, CancellationToken cancel)
    {
        var began = client.Clock.GetTimestamp();
        TimeSpan Left() => Limit - client.Clock.GetElapsedTime(began);
        var reach = _reach;
        _reach = 0; // waited for once: an etcd that was restored from a backup never comes to it
        var from = await follower.ReachAsync(reach, Left(), cancel).ConfigureAwait(false);
        while (true)
        {
            var change = Plan(from, batch);
            var isSure = change is not null && batch.TrueForAll(static edit => edit.Refusal is null);
            if (!isSure && await FindNewerAsync(from, cancel).ConfigureAwait(false) is var newer and > 0)
            {
                from = await follower.ReachAsync(newer, Left(), cancel).ConfigureAwait(false); // nothing is refused because of what another director has changed already
                continue;
            }

            if (change is null)
            {
                batch.ForEach(edit => edit.Complete(from.Revision));
                return;
            }

            if (IsTooLarge(change))
            {
                await SplitAsync(batch, cancel).ConfigureAwait(false);
                return;
            }

            var (isMade, revision) = await SendAsync(change, from, Left, cancel).ConfigureAwait(false);
            if (isMade)
            {
                batch.ForEach(edit => edit.Complete(revision));
                _reach = revision;
                return;
            }

            from = await follower.ReachAsync(revision, Left(), cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Applies the edits in their order. One that the table does not allow fails alone.</summary>
    private EtcdTransaction? Plan(SharedTable from, List<SharedEdit> batch)
    {
        var (table, touched) = (from.Table, new HashSet<string>());
        foreach (var edit in batch)
        {
            if (edit.Apply(table, limits) is { } made)
            {
                table = made.After;
                touched.UnionWith(made.Touched);
            }
        }

        return SharedChange.Plan(keys, from, table, touched);
    }

    /// <summary>The revision of the table in etcd if it is newer than a table here; otherwise 0.</summary>
    private async Task<long> FindNewerAsync(SharedTable from, CancellationToken cancel)
    {
        var head = await client.GetAsync(keys.Head, cancel: cancel).ConfigureAwait(false);
        return head is not null && head.ModRevision > from.Version(keys.Head) ? head.ModRevision : 0;
    }

    /// <summary>True if the change does not fit into one transaction, with what <see cref="SharedChange.Sign"/> adds.</summary>
    private bool IsTooLarge(EtcdTransaction change) =>
        change.Operations > EtcdTransaction.MaxOperations - SharedChange.SignOperations || change.Bytes > EtcdTransaction.MaxBytes - SharedChange.SignBytes(keys, director);

    /// <summary>Makes a batch that is too large in two parts. A single edit that is too large is refused: half of it is never made.</summary>
    private async Task SplitAsync(List<SharedEdit> batch, CancellationToken cancel)
    {
        if (batch.Count > 1)
        {
            await MakeAsync(batch[..(batch.Count / 2)], cancel).ConfigureAwait(false);
            await MakeAsync(batch[(batch.Count / 2)..], cancel).ConfigureAwait(false);
            return;
        }

        throw new RequestException(Refusal.Invalid, "the change is too large for the cluster", [new Problem(null, null, "it changes more services at a time than etcd takes in one transaction; send it in parts, with prune=false")]);
    }

    /// <summary>Sends a change until it is known what became of it.</summary>
    /// <returns>Whether it was made and at which revision; or the revision that must be seen before the next try.</returns>
    private async Task<(bool IsMade, long Revision)> SendAsync(EtcdTransaction change, SharedTable from, Func<TimeSpan> left, CancellationToken cancel)
    {
        var number = _last.Number + 1;
        SharedChange.Sign(change, keys, director, number, _last.Revision);
        while (true)
        {
            try
            {
                var time = left();
                var outcome = await client.CommitAsync(change, time < AnswerLimit ? time : AnswerLimit, cancel).ConfigureAwait(false);
                return outcome.IsDone ? Note(number, outcome.Revision) : Judge(outcome, number, from);
            }
            catch (EtcdException error) when (error.Failure == EtcdFailure.Unknown && left() > TimeSpan.Zero)
            {
                continue; // made once at most: its condition on the director's change before holds once
            }
        }
    }

    /// <summary>Finds out why the conditions did not hold: an earlier sending of the same change was made, or another director was faster.</summary>
    private (bool IsMade, long Revision) Judge(EtcdOutcome outcome, long number, SharedTable from)
    {
        var done = outcome.Read.FirstOrDefault(entry => entry.Key == keys.Done(director));
        if (done is not null && done.ModRevision != _last.Revision)
        {
            var made = long.Parse(Encoding.UTF8.GetString(done.Value.Span), CultureInfo.InvariantCulture);
            Note(made, done.ModRevision);
            return (made == number, done.ModRevision);
        }

        var head = outcome.Read.FirstOrDefault(entry => entry.Key == keys.Head);
        return (false, head is not null && head.ModRevision > from.Revision ? head.ModRevision : from.Revision + 1); // else something wrote without the head: any change will do
    }

    private (bool IsMade, long Revision) Note(long number, long revision)
    {
        _last = (number, revision);
        return (true, revision);
    }

    private RequestException Unavailable(Exception error) => new(
        Refusal.Unavailable,
        "the cluster's table cannot be changed",
        [new Problem(null, null, error is EtcdException { Failure: EtcdFailure.Unknown }
            ? $"{error.Message}; the change may have been made all the same: read before trying again"
            : $"{(error is TimeoutException ? follower.Problem ?? "other directors change the same services all the time" : error.Message)}; nothing was changed: try again, and see that a majority of etcd's members run")],
        error);
}
