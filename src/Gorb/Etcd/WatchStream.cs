using Gorb.Etcd.Wire;
using Grpc.Core;

namespace Gorb.Etcd;

/// <summary>One stream of changes from a member. It fails when nothing is heard for too long.</summary>
internal sealed class WatchStream(EtcdMember member, EtcdOptions options, TimeProvider clock, CancellationToken cancel) : IDisposable
{
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
    private AsyncDuplexStreamingCall<WatchRequest, WatchResponse>? _call;
    private bool _isSilent;

    /// <summary>Asks for all changes from a revision on.</summary>
    /// <exception cref="RpcException">The member failed.</exception>
    public async Task OpenAsync(EtcdCalls calls, KeyRange keys, long revision)
    {
        using var silence = Arm();
        _call = new Watch.WatchClient(member.Calls).Watch(await calls.HeadersAsync(member, _end.Token).ConfigureAwait(false));
        var create = new WatchCreateRequest { Key = keys.Begin, RangeEnd = keys.End, StartRevision = revision };
        await _call.RequestStream.SendAsync(new WatchRequest { CreateRequest = create }).ConfigureAwait(false);
        _ = ProbeAsync(_call.RequestStream);
    }

    /// <summary>Reads the next answer.</summary>
    /// <exception cref="RpcException">The stream failed.</exception>
    /// <exception cref="EtcdException">The stream ended, or nothing was heard for too long.</exception>
    public async Task<WatchResponse> ReadAsync()
    {
        try
        {
            using var silence = Arm();
            return await _call!.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false)
                ? _call.ResponseStream.Current
                : throw new EtcdException(EtcdFailure.Unavailable, $"etcd at {member.Endpoint.Authority} ended the stream of changes");
        }
        catch (RpcException error) when (_isSilent)
        {
            throw new EtcdException(EtcdFailure.Unavailable, FormattableString.Invariant($"etcd at {member.Endpoint.Authority} was silent for {options.WatchSilence.TotalSeconds:0.###} s"), error);
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _call?.Dispose();
        _end.Dispose();
    }

    /// <summary>Ends the stream when the time of silence is over, unless it is disposed before.</summary>
    private ITimer Arm() => clock.CreateTimer(static stream => ((WatchStream)stream!).EndSilent(), this, options.WatchSilence, Timeout.InfiniteTimeSpan);

    private void EndSilent()
    {
        _isSilent = true;
        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            return; // the stream ended while the timer rang
        }
    }

    /// <summary>Asks for a sign of life again and again. The reader learns of errors.</summary>
    private async Task ProbeAsync(IClientStreamWriter<WatchRequest> requests)
    {
        using var interval = new PeriodicTimer(options.WatchProbeInterval, clock);
        try
        {
            while (await interval.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
            {
                await requests.SendAsync(new WatchRequest { ProgressRequest = new WatchProgressRequest() }).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or RpcException or ObjectDisposedException)
        {
            return; // the stream ended
        }
    }
}
