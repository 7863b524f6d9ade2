using Gorb.Etcd;

namespace Gorb.Leases;

/// <summary>Keeps a lease, and gets another one when it is over. The callbacks come one after the other.</summary>
/// <param name="client">The client; its clock goes on while the host is suspended.</param>
/// <param name="options">The times.</param>
/// <param name="renewed">The lease is there, or is renewed.</param>
/// <param name="given">The lease cannot be renewed in time, or is over: what depends on it alone must go at once. It can be renewed again later, unless another one comes.</param>
/// <param name="leave">The director stops, and is to leave: all goes, before the lease is ended.</param>
internal sealed class LeaseSession(EtcdClient client, LeaseOptions options, Action<EtcdLease> renewed, Action<string> given, Func<string, Task> leave)
{
    private const int RetriesPerInterval = 5;

    /// <summary>The shortest time for an answer: it may be that only this host is slow.</summary>
    private static readonly TimeSpan ShortestDeadline = TimeSpan.FromMilliseconds(100);

    /// <summary>Keeps leases until it is cancelled. Then it ends the last one if the director is to leave, so that another one need not wait for its end.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        EtcdLease? lease = null;
        try
        {
            while (true)
            {
                lease = await GrantAsync(cancel).ConfigureAwait(false);
                renewed(lease);
                lease = await KeepAsync(lease, cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            if (options.LeavesOnStop)
            {
                await leave("the director stops").ConfigureAwait(false);
                await TryRevokeAsync(lease).ConfigureAwait(false);
            }
        }
    }

    private async Task<EtcdLease> GrantAsync(CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await client.GrantAsync(options.Ttl, options.Ttl / 2, cancel).ConfigureAwait(false);
            }
            catch (EtcdException error)
            {
                given(error.Message);
                await Task.Delay(options.RenewInterval, client.Clock, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Renews a lease until it is over.</summary>
    /// <returns>Null: it is over.</returns>
    private async Task<EtcdLease?> KeepAsync(EtcdLease lease, CancellationToken cancel)
    {
        var pause = options.RenewInterval;
        while (true)
        {
            await Task.Delay(pause, client.Clock, cancel).ConfigureAwait(false);
            try
            {
                lease = await client.RenewAsync(lease, Deadline(lease), cancel).ConfigureAwait(false);
                pause = options.RenewInterval;
                renewed(lease);
            }
            catch (EtcdException error) when (error.Failure == EtcdFailure.LeaseLost)
            {
                given(error.Message);
                return null;
            }
            catch (EtcdException error)
            {
                pause = options.RenewInterval / RetriesPerInterval;
                if (Sure(lease) <= pause)
                {
                    given(error.Message);
                }
            }
        }
    }

    /// <summary>How long what depends on the lease may stay.</summary>
    private TimeSpan Sure(EtcdLease lease) => options.GiveUpAfter - client.Clock.GetElapsedTime(lease.SentAt);

    private TimeSpan Deadline(EtcdLease lease)
    {
        var deadline = Sure(lease) is { } left && left > TimeSpan.Zero && left < options.Ttl / 2 ? left : options.Ttl / 2;
        return deadline > ShortestDeadline ? deadline : ShortestDeadline;
    }

    private async Task TryRevokeAsync(EtcdLease? lease)
    {
        if (lease is null)
        {
            return;
        }

        try
        {
            await client.RevokeAsync(lease, options.Ttl / 2, CancellationToken.None).ConfigureAwait(false);
        }
        catch (EtcdException)
        {
            return; // it ends by itself
        }
    }
}
