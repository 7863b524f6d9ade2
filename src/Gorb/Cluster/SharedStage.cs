using System.Globalization;
using System.Text;
using Gorb.Etcd;
using Gorb.Model;

namespace Gorb.Cluster;

/// <summary>
/// Makes a change that is too large for one transaction: its documents are staged in bundles by as many transactions as it takes, one transaction commits them, and they are then moved to their own keys.
/// The table has all of it from the commit on, or nothing.
/// </summary>
internal sealed class SharedStage(EtcdClient client, ClusterKeys keys, string name)
{
    /// <summary>What goes into one transaction, and into one bundle of documents: large enough to be few, and small enough to be staged again for one document.</summary>
    private const int MaxDocuments = EtcdTransaction.MaxOperations - 1, MaxBytes = 256 * 1024, MaxBundle = 128 * 1024;

    /// <summary>How many transactions are under way at once: each waits for the disks of a majority, which write several together.</summary>
    private const int MaxSent = 4;

    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, ReadOnlyMemory<byte>> _staged = [];
    private readonly Dictionary<string, (int Bundle, ReadOnlyMemory<byte> Value)> _packed = [];
    private int _lastBundle, _lastBytes;

    /// <summary>
    /// False when a staged document may still arrive late. It would then take the place of what is staged there when the change is computed again, so that another stage is needed.
    /// </summary>
    public bool IsReusable { get; private set; } = true;

    private string Begun => keys.Staged(name) + "begun";

    /// <summary>Stages a change, and what differs of it when it is computed again.</summary>
    /// <param name="change">The change.</param>
    /// <param name="left">The time that is left for it.</param>
    /// <param name="cancel">Gives it up.</param>
    /// <returns>The transaction that commits it, without its signature.</returns>
    /// <exception cref="EtcdException">It failed.</exception>
    /// <exception cref="TimeoutException">It takes too long.</exception>
    /// <exception cref="RequestException">One document is larger than etcd accepts.</exception>
    public async Task<EtcdTransaction> StageAsync(SharedChange change, Func<TimeSpan> left, CancellationToken cancel)
    {
        var wanted = Pack(change);
        wanted.Add(Begun, Encoding.UTF8.GetBytes(name));
        foreach (var outdated in _staged.Keys.Where(key => !wanted.ContainsKey(key)).Chunk(MaxDocuments))
        {
            await CommitAsync(outdated.Aggregate(new EtcdTransaction(), static (transaction, key) => transaction.Delete(KeyRange.Single(key))), left, cancel).ConfigureAwait(false);
            Array.ForEach(outdated, key => _staged.Remove(key));
        }

        var missing = wanted.Where(document => !_staged.TryGetValue(document.Key, out var staged) || !staged.Span.SequenceEqual(document.Value.Span));
        var parts = Parts(missing).ToList();
        await SendAsync(parts, (part, end) => CommitAsync(part.Aggregate(new EtcdTransaction(), static (transaction, document) => transaction.Put(document.Key, document.Value)), left, end), cancel).ConfigureAwait(false);
        parts.ForEach(part => part.ForEach(document => _staged[document.Key] = document.Value));

        var commit = new EtcdTransaction().If(keys.Head, change.From.Version(keys.Head)).IfValue(Begun, Encoding.UTF8.GetBytes(name)).Put(keys.Committed, Encoding.UTF8.GetBytes(name));
        return change.Found(commit);
    }

    /// <summary>Removes what is staged unless it is committed.</summary>
    /// <exception cref="EtcdException">It failed.</exception>
    public Task RemoveAsync(CancellationToken cancel) => CommitAsync(new EtcdTransaction().IfMissing(keys.Committed).Delete(KeyRange.Prefix(keys.Staged(name))), static () => CallLimit, cancel);

    /// <summary>Moves the documents of a committed change to their own keys, which changes nothing that is seen. Several directors may do this at once.</summary>
    /// <returns>The revision at which it is finished; or which must be seen before it is tried again.</returns>
    /// <exception cref="EtcdException">It failed.</exception>
    public static async Task<long> MoveAsync(EtcdClient client, ClusterKeys keys, SharedTable from, CancellationToken cancel)
    {
        var committed = from.Version(keys.Committed);
        var pending = from.Staged.Counting.Where(document => IsPending(document.Value, from.Version(document.Key), committed));
        await SendAsync([.. Parts(pending)], (part, end) => client.CommitAsync(part.Aggregate(new EtcdTransaction().If(keys.Committed, committed), Move), cancel: end), cancel).ConfigureAwait(false);
        var finish = new EtcdTransaction().If(keys.Committed, committed).Put(keys.Head, "move"u8.ToArray()).Delete(KeyRange.Single(keys.Committed))
            .Delete(KeyRange.Prefix(keys.Staged(from.Staged.Committed!))).ElseGet(KeyRange.Single(keys.Head));
        var outcome = await client.CommitAsync(finish, cancel: cancel).ConfigureAwait(false);
        return outcome.IsDone ? outcome.Revision : Math.Max(outcome.Read is [var head, ..] ? head.ModRevision : 0, from.Revision + 1);
    }

    /// <summary>Puts the documents of a change into bundles. Those that were packed for a try before, and are the same, stay in theirs.</summary>
    private Dictionary<string, ReadOnlyMemory<byte>> Pack(SharedChange change)
    {
        var documents = change.Writes.ToDictionary(write => write.Key[keys.Table.Length..], static write => (ReadOnlyMemory<byte>)(write.Value ?? []));
        foreach (var outdated in _packed.Keys.Where(key => !documents.ContainsKey(key)).ToList())
        {
            _packed.Remove(outdated);
        }

        foreach (var (key, value) in documents.Where(document => !_packed.TryGetValue(document.Key, out var packed) || !packed.Value.Span.SequenceEqual(document.Value.Span)))
        {
            var bytes = key.Length + value.Length;
            (_lastBundle, _lastBytes) = _lastBytes > 0 && _lastBytes + bytes > MaxBundle ? (_lastBundle + 1, bytes) : (_lastBundle, _lastBytes + bytes);
            _packed[key] = (_lastBundle, value);
        }

        return _packed.GroupBy(static document => document.Value.Bundle).ToDictionary(
            bundle => keys.AllBundles(name) + bundle.Key.ToString(CultureInfo.InvariantCulture),
            static bundle => (ReadOnlyMemory<byte>)StagedBundle.Write(bundle.Select(static document => KeyValuePair.Create(document.Key, document.Value.Value))));
    }

    /// <summary>True if a staged document is not at its own key yet: that was not written since the commit.</summary>
    private static bool IsPending(ReadOnlyMemory<byte> staged, long version, long committed) => staged.IsEmpty ? version > 0 : version <= committed;

    private static EtcdTransaction Move(EtcdTransaction transaction, KeyValuePair<string, ReadOnlyMemory<byte>> document) =>
        document.Value.IsEmpty ? transaction.Delete(KeyRange.Single(document.Key)) : transaction.Put(document.Key, document.Value);

    /// <summary>Sends parts that do not depend on each other.</summary>
    private static Task SendAsync<T>(IEnumerable<T> parts, Func<T, CancellationToken, Task> send, CancellationToken cancel) => Parallel.ForEachAsync(
        parts, new ParallelOptions { MaxDegreeOfParallelism = MaxSent, CancellationToken = cancel }, async (part, end) => await send(part, end).ConfigureAwait(false));

    /// <summary>Parts that fit into a transaction each.</summary>
    private static IEnumerable<List<KeyValuePair<string, ReadOnlyMemory<byte>>>> Parts(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> documents)
    {
        var (part, bytes) = (new List<KeyValuePair<string, ReadOnlyMemory<byte>>>(), 0);
        foreach (var document in documents)
        {
            if (part.Count > 0 && (part.Count == MaxDocuments || bytes + document.Value.Length > MaxBytes))
            {
                yield return part;
                (part, bytes) = ([], 0);
            }

            part.Add(document);
            bytes += document.Value.Length;
        }

        if (part.Count > 0)
        {
            yield return part;
        }
    }

    /// <summary>Sends a transaction that may be sent again.</summary>
    private async Task CommitAsync(EtcdTransaction transaction, Func<TimeSpan> left, CancellationToken cancel)
    {
        if (transaction.Bytes > EtcdTransaction.MaxBytes)
        {
            throw new RequestException(Refusal.Invalid, "the change is too large for the cluster", [new Problem(null, null, $"the document of one service has {transaction.Bytes} bytes, and etcd takes {EtcdTransaction.MaxBytes}: give it fewer backends, or several services")]);
        }

        for (var tries = 0; ; tries++)
        {
            var limit = left() > TimeSpan.Zero ? left() : throw new TimeoutException("the change takes too long");
            try
            {
                await client.CommitAsync(transaction, limit < CallLimit ? limit : CallLimit, cancel).ConfigureAwait(false);
                return;
            }
            catch (EtcdException error) when (error.Failure == EtcdFailure.Unknown && tries < 1)
            {
                IsReusable = false;
            }
        }
    }
}
