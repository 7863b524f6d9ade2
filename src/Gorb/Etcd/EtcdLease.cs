namespace Gorb.Etcd;

/// <summary>
/// A lease: keys that are written with it end with it. Its time is counted here from before the request was sent, so that it is over here before it is over in etcd,
/// however long the answer took.
/// </summary>
/// <param name="Id">Its number.</param>
/// <param name="Ttl">How long it lives after a renewal. etcd may grant more than was asked for (at least one and a half election time-outs, in whole seconds).</param>
/// <param name="SentAt">When its grant or its last renewal was sent, as a time stamp of the client's clock.</param>
internal sealed record EtcdLease(long Id, TimeSpan Ttl, long SentAt)
{
    /// <summary>The time that it surely has left; zero when it may be over.</summary>
    public TimeSpan Left(TimeProvider clock)
    {
        var left = Ttl - clock.GetElapsedTime(SentAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
