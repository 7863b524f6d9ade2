namespace Gorb.Access;

/// <summary>Counts the connections that were refused at a limit. A client at an https listener learns no reason, so these counters and the log are where it is found.</summary>
internal sealed class ConnectionRefusals
{
    private long _ofAll;
    private long _ofAddress;

    /// <summary>Refused at the limit of all connections.</summary>
    public long OfAll => Interlocked.Read(ref _ofAll);

    /// <summary>Refused at the limit of one address.</summary>
    public long OfAddress => Interlocked.Read(ref _ofAddress);

    public void AddOfAll() => Interlocked.Increment(ref _ofAll);

    public void AddOfAddress() => Interlocked.Increment(ref _ofAddress);
}
