using System.Runtime.CompilerServices;
using Gorb.Etcd.Wire;
using Grpc.Core;

namespace Gorb.Etcd;

/// <summary>
/// Follows the keys of a range: lists them at a revision, then streams what changes after it. When the stream fails, is silent, or etcd has compacted what was to come,
/// everything is listed again, as often as it takes. No change is missed, none is told twice.
/// </summary>
/// <remarks>
/// A silent stream is recognised by asking for a sign of life: a connection can be dead, or its member stopped, without an error. The revision of such an answer is not used:
/// etcd 3.4 sends it even while earlier changes are still to come.
/// </remarks>
internal sealed class EtcdWatch(EtcdClient client, EtcdCalls calls, EtcdOptions options, KeyRange keys)
{
    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(50), MaxPause = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _clock = client.Clock;
    private long _revision;

    /// <summary>Follows the range until it is cancelled. Errors do not end it: they are told as <see cref="WatchInterruption"/>.</summary>
    public async IAsyncEnumerable<WatchUpdate> FollowAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var pause = MinPause;
        while (true)
        {
            await using var updates = StreamAsync(cancel).GetAsyncEnumerator(cancel);
            var update = await NextAsync(updates, cancel).ConfigureAwait(false);
            while (update is not WatchInterruption)
            {
                pause = MinPause;
                yield return update;
                update = await NextAsync(updates, cancel).ConfigureAwait(false);
            }

            yield return update;
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), _clock, cancel).ConfigureAwait(false);
            pause = pause * 2 < MaxPause ? pause * 2 : MaxPause;
        }
    }

    /// <summary>The next update; an interruption in place of an error.</summary>
    private static async Task<WatchUpdate> NextAsync(IAsyncEnumerator<WatchUpdate> updates, CancellationToken cancel)
    {
        try
        {
            return await updates.MoveNextAsync().ConfigureAwait(false) ? updates.Current : new WatchInterruption("the stream of changes ended");
        }
        catch (EtcdException error)
        {
            return new WatchInterruption(error.Message);
        }
        catch (RpcException error) when (!cancel.IsCancellationRequested)
        {
            return new WatchInterruption(EtcdErrors.Reason(error));
        }
        catch (RpcException error)
        {
            throw new OperationCanceledException("the watch was given up", error, cancel);
        }
    }

    /// <summary>Lists, then streams until something fails.</summary>
    private async IAsyncEnumerable<WatchUpdate> StreamAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        yield return await ListAsync(cancel).ConfigureAwait(false);
        var listed = _clock.GetTimestamp();
        var member = calls.Current;
        using var stream = new WatchStream(member, options, _clock, cancel);
        try
        {
            await stream.OpenAsync(calls, keys, _revision + 1).ConfigureAwait(false);
        }
        catch (RpcException)
        {
            GiveUp(member);
            throw;
        }

        while (true)
        {
            if (await ReadAsync(stream, member).ConfigureAwait(false) is { } changes)
            {
                yield return changes;
            }

            if (_clock.GetElapsedTime(listed) > options.RelistInterval)
            {
                yield return await ListAsync(cancel).ConfigureAwait(false);
                listed = _clock.GetTimestamp();
            }
        }
    }

    private async Task<WatchListing> ListAsync(CancellationToken cancel)
    {
        var listing = await client.ListAsync(keys, cancel: cancel).ConfigureAwait(false);
        var isEarlier = listing.Revision < _revision;
        _revision = listing.Revision;
        return new WatchListing(listing.Revision, listing.Entries, isEarlier);
    }

    /// <summary>Reads one answer.</summary>
    /// <returns>What it changes; null if nothing.</returns>
    private async Task<WatchChanges?> ReadAsync(WatchStream stream, EtcdMember member)
    {
        WatchResponse answer;
        try
        {
            answer = await stream.ReadAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is RpcException or EtcdException)
        {
            GiveUp(member);
            throw;
        }

        if (answer.Canceled)
        {
            GiveUp(member);
            throw answer.CompactRevision > 0
                ? new EtcdException(EtcdFailure.Compacted, $"etcd has compacted its history up to revision {answer.CompactRevision}")
                : new EtcdException(EtcdFailure.Rejected, $"etcd at {member.Endpoint.Authority} ended the watch: {answer.CancelReason}");
        }

        // What a listing already had comes once more.
        var changes = answer.Events.Where(change => change.Kv.ModRevision > _revision)
            .Select(static change => new EtcdChange(change.Kv.Key.ToStringUtf8(), change.Type == KeyEvent.Types.EventType.Put ? EtcdEntry.Of(change.Kv) : null, change.Kv.ModRevision))
            .ToList();
        if (changes.Count == 0)
        {
            return null;
        }

        _revision = changes[^1].Revision;
        return new WatchChanges(_revision, changes);
    }

    /// <summary>Tries the next member, with another token.</summary>
    private void GiveUp(EtcdMember member)
    {
        calls.PassOver(member);
        calls.ForgetToken();
    }
}
