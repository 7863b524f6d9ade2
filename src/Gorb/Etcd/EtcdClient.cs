using Google.Protobuf;
using Gorb.Etcd.Wire;
using Grpc.Core;

namespace Gorb.Etcd;

/// <summary>
/// A client of etcd 3.4 and later. Every call has a deadline and fails over between the members. An error tells whether the call may have changed something.
/// Nothing is opened before the first call.
/// </summary>
/// <param name="options">How etcd is reached.</param>
/// <param name="clock">The clock of deadlines and leases. Holders of leases give one that goes on while the host is suspended (<see cref="Ipvs.Processes.BootClock"/>).</param>
internal sealed class EtcdClient(EtcdOptions options, TimeProvider clock) : IDisposable
{
    /// <summary>How many keys are read at once, so that no answer is too large.</summary>
    private const int PageSize = 256;

    private readonly EtcdCalls _calls = new(options, clock);

    /// <summary>The clock by which leases are counted.</summary>
    public TimeProvider Clock => clock;

    /// <summary>Reads one key; null if it does not exist.</summary>
    /// <exception cref="EtcdException">It failed.</exception>
    public async Task<EtcdEntry?> GetAsync(string key, TimeSpan? deadline = null, CancellationToken cancel = default)
    {
        var answer = await RangeAsync(new RangeRequest { Key = KeyRange.Single(key).Begin }, deadline, cancel).ConfigureAwait(false);
        return answer.Kvs.Count > 0 ? EtcdEntry.Of(answer.Kvs[0]) : null;
    }

    /// <summary>Reads all keys of a range as they are at one revision.</summary>
    /// <param name="keys">The range.</param>
    /// <param name="deadline">The time for each page of keys; null for that of the options.</param>
    /// <param name="cancel">Gives it up.</param>
    /// <exception cref="EtcdException">It failed.</exception>
    public async Task<EtcdListing> ListAsync(KeyRange keys, TimeSpan? deadline = null, CancellationToken cancel = default)
    {
        var request = new RangeRequest { Key = keys.Begin, RangeEnd = keys.End, Limit = PageSize };
        var entries = new List<EtcdEntry>();
        while (true)
        {
            var answer = await RangeAsync(request, deadline, cancel).ConfigureAwait(false);
            request.Revision = request.Revision == 0 ? answer.Header.Revision : request.Revision;
            entries.AddRange(answer.Kvs.Select(EtcdEntry.Of));
            if (!answer.More)
            {
                return new EtcdListing(request.Revision, entries);
            }

            request.Key = ByteString.CopyFrom([.. answer.Kvs[^1].Key.Span, 0]);
        }
    }

    /// <summary>Sends a transaction.</summary>
    /// <exception cref="EtcdException">It failed. After <see cref="EtcdFailure.Unknown"/> it may have been made, or may be made still.</exception>
    public async Task<EtcdOutcome> CommitAsync(EtcdTransaction transaction, TimeSpan? deadline = null, CancellationToken cancel = default)
    {
        var request = transaction.ToRequest();
        var answer = await _calls.SendAsync(
            (calls, headers) => new KV.KVClient(calls).TxnAsync(request, headers).ResponseAsync, isRepeatable: !transaction.Writes, deadline, cancel).ConfigureAwait(false);
        var read = answer.Responses.Where(static response => response.ResponseRange is not null).SelectMany(static response => response.ResponseRange.Kvs);
        return new EtcdOutcome(answer.Succeeded, answer.Header.Revision, [.. read.Select(EtcdEntry.Of)]);
    }

    /// <summary>Gets a new lease. One whose answer is lost is not used, and ends by itself.</summary>
    /// <exception cref="EtcdException">It failed.</exception>
    public async Task<EtcdLease> GrantAsync(TimeSpan ttl, TimeSpan? deadline = null, CancellationToken cancel = default)
    {
        var request = new LeaseGrantRequest { TTL = (long)Math.Ceiling(ttl.TotalSeconds) };
        var sent = 0L;
        var answer = await _calls.SendAsync(
            (calls, headers) =>
            {
                sent = clock.GetTimestamp();
                return new Lease.LeaseClient(calls).LeaseGrantAsync(request, headers).ResponseAsync;
            },
            isRepeatable: true,
            deadline,
            cancel).ConfigureAwait(false);
        return new EtcdLease(answer.ID, TimeSpan.FromSeconds(answer.TTL), sent);
    }

    /// <summary>Renews a lease once.</summary>
    /// <returns>The lease with its new time.</returns>
    /// <exception cref="EtcdException">It failed; <see cref="EtcdFailure.LeaseLost"/> when the lease is over.</exception>
    public async Task<EtcdLease> RenewAsync(EtcdLease lease, TimeSpan? deadline = null, CancellationToken cancel = default)
    {
        var sent = 0L;
        var answer = await _calls.SendAsync(
            (calls, headers) =>
            {
                sent = clock.GetTimestamp();
                return RenewAsync(new Lease.LeaseClient(calls), lease.Id, headers);
            },
            isRepeatable: true,
            deadline,
            cancel).ConfigureAwait(false);
        return answer.TTL > 0
            ? new EtcdLease(lease.Id, TimeSpan.FromSeconds(answer.TTL), sent)
            : throw new EtcdException(EtcdFailure.LeaseLost, $"the lease {lease.Id:x} is over");
    }

    /// <summary>Ends a lease, and its keys with it. One that is over already does not matter.</summary>
    /// <exception cref="EtcdException">It failed; the lease then ends by itself.</exception>
    public async Task RevokeAsync(EtcdLease lease, TimeSpan? deadline = null, CancellationToken cancel = default)
    {
        var request = new LeaseRevokeRequest { ID = lease.Id };
        try
        {
            await _calls.SendAsync((calls, headers) => new Lease.LeaseClient(calls).LeaseRevokeAsync(request, headers).ResponseAsync, isRepeatable: true, deadline, cancel).ConfigureAwait(false);
        }
        catch (EtcdException error) when (error.Failure == EtcdFailure.LeaseLost)
        {
            return; // what was wanted
        }
    }

    /// <summary>Forgets all revisions before one. etcd's operator does this; tests do, too.</summary>
    /// <exception cref="EtcdException">It failed.</exception>
    public Task CompactAsync(long revision, CancellationToken cancel = default) => _calls.SendAsync(
        (calls, headers) => new KV.KVClient(calls).CompactAsync(new CompactionRequest { Revision = revision }, headers).ResponseAsync, isRepeatable: false, deadline: null, cancel);

    /// <summary>Asks each member for its status, all at once.</summary>
    /// <returns>For each member its status, or why there is none.</returns>
    public async Task<IReadOnlyList<(Uri Endpoint, EtcdStatus? Status, string? Problem)>> StatusAsync(TimeSpan deadline, CancellationToken cancel = default) =>
        await Task.WhenAll(_calls.Members.Select(member => StatusAsync(member, deadline, cancel))).ConfigureAwait(false);

    /// <summary>Follows the keys of a range until it is given up; see <see cref="EtcdWatch"/>.</summary>
    public IAsyncEnumerable<WatchUpdate> WatchAsync(KeyRange keys, CancellationToken cancel) => new EtcdWatch(this, _calls, options, keys).FollowAsync(cancel);

    public void Dispose() => _calls.Dispose();

    private Task<RangeResponse> RangeAsync(RangeRequest request, TimeSpan? deadline, CancellationToken cancel) =>
        _calls.SendAsync((calls, headers) => new KV.KVClient(calls).RangeAsync(request, headers).ResponseAsync, isRepeatable: true, deadline, cancel);

    private static async Task<LeaseKeepAliveResponse> RenewAsync(Lease.LeaseClient client, long id, CallOptions headers)
    {
        using var call = client.LeaseKeepAlive(headers);
        await call.RequestStream.SendAsync(new LeaseKeepAliveRequest { ID = id }).ConfigureAwait(false);
        var answer = await call.ResponseStream.MoveNext(headers.CancellationToken).ConfigureAwait(false)
            ? call.ResponseStream.Current
            : throw new RpcException(new Status(StatusCode.Unavailable, "the stream ended without an answer"));
        await call.RequestStream.EndAsync().ConfigureAwait(false);
        return answer;
    }

    private async Task<(Uri Endpoint, EtcdStatus? Status, string? Problem)> StatusAsync(EtcdMember member, TimeSpan deadline, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(deadline, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        try
        {
            var answer = await new Maintenance.MaintenanceClient(member.Calls).StatusAsync(new StatusRequest(), new CallOptions(cancellationToken: both.Token)).ConfigureAwait(false);
            return (member.Endpoint, new EtcdStatus(member.Endpoint, answer.Version, answer.DbSize, answer.Leader != 0 && answer.Leader == answer.Header.MemberId, answer.Leader != 0), null);
        }
        catch (RpcException error) when (!cancel.IsCancellationRequested)
        {
            return (member.Endpoint, null, error.StatusCode == StatusCode.Cancelled ? "no answer in time" : EtcdErrors.Reason(error));
        }
    }
}
