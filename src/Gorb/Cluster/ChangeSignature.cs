using System.Globalization;
using System.Text;
using Gorb.Etcd;

namespace Gorb.Cluster;

/// <summary>
/// Marks the transactions of one run of a director, so that each is made once, however often it is sent: it has the condition that the run's key was not written since the change before, and writes
/// it. What stands there tells what became of a change whose answer was lost.
/// </summary>
/// <param name="keys">The keys of the cluster.</param>
/// <param name="director">The director's name.</param>
internal sealed class ChangeSignature(ClusterKeys keys, string director)
{
    /// <summary>How many operations <see cref="Sign"/> adds at most.</summary>
    public const int Operations = 3;

    /// <summary>Each run has a key of its own, so that two directors that were given one name do not take each other's changes for theirs.</summary>
    private readonly string _key = keys.Done(director, Guid.NewGuid().ToString("n"));

    private long _number;
    private long _revision;

    /// <summary>How many bytes <see cref="Sign"/> adds at most, beside the head.</summary>
    public int Bytes => 1024 + (4 * Encoding.UTF8.GetByteCount(_key)) + (4 * Encoding.UTF8.GetByteCount(keys.Committed));

    private string Value => _number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A name that no other change has.</summary>
    public string NewName() => $"{director}/{Guid.NewGuid():n}";

    /// <summary>Removes what earlier runs of the director have left over.</summary>
    /// <exception cref="EtcdException">It failed.</exception>
    public async Task ForgetFormerRunsAsync(EtcdClient client, CancellationToken cancel)
    {
        var runs = await client.ListAsync(KeyRange.Prefix(keys.AllDone(director)), cancel: cancel).ConfigureAwait(false);
        foreach (var part in runs.Entries.Select(static run => run.Key).Where(key => key != _key).Chunk(EtcdTransaction.MaxOperations))
        {
            await client.CommitAsync(part.Aggregate(new EtcdTransaction(), static (transaction, key) => transaction.Delete(KeyRange.Single(key))), cancel: cancel).ConfigureAwait(false);
        }

        await client.CommitAsync(new EtcdTransaction().IfMissing(keys.Committed).Delete(KeyRange.Prefix(keys.StagedBy(director))), cancel: cancel).ConfigureAwait(false);
    }

    /// <summary>Signs a new change.</summary>
    /// <param name="change">The transaction.</param>
    /// <param name="from">The table from which it was computed; none that was set up anew since.</param>
    /// <param name="head">Who makes the change.</param>
    public EtcdTransaction Sign(EtcdTransaction change, SharedTable from, byte[] head)
    {
        _number++;
        return change.If(_key, _revision).If(keys.Committed, 0).If(keys.Identity, from.Version(keys.Identity))
            .Put(_key, Encoding.UTF8.GetBytes(Value)).Put(keys.Head, head)
            .ElseGet(KeyRange.Single(_key)).ElseGet(KeyRange.Single(keys.Head));
    }

    /// <summary>Notes that the change was made.</summary>
    public void Note(long revision) => _revision = revision;

    /// <summary>Finds out why the conditions did not hold: an earlier sending of the same change was made, or another change was faster.</summary>
    /// <returns>Whether it was made and at which revision; or the revision that must be seen before the next try.</returns>
    public (bool IsMade, long Revision) Judge(EtcdOutcome outcome, SharedTable from)
    {
        var done = outcome.Read.FirstOrDefault(entry => entry.Key == _key);
        if ((done?.ModRevision ?? 0) != _revision)
        {
            _revision = done?.ModRevision ?? 0;
            return done is not null && Encoding.UTF8.GetString(done.Value.Span) == Value ? (true, _revision) : (false, _revision);
        }

        var head = outcome.Read.FirstOrDefault(entry => entry.Key == keys.Head);
        return (false, head is not null && head.ModRevision > from.Revision ? head.ModRevision : from.Revision + 1); // else something wrote without the head: any change will do
    }
}
