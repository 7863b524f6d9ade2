namespace Gorb.Leases;

/// <summary>How a director holds addresses.</summary>
/// <param name="Director">Its name, which no other director has.</param>
/// <param name="Priority">Who has the higher one gets an address that is free. It moves no address that is held.</param>
/// <param name="Ttl">How long its lease lives after a renewal, in whole seconds.</param>
internal sealed record LeaseOptions(string Director, int Priority, TimeSpan Ttl)
{
    /// <summary>How much later than asked for the kernel removes an address at the most: measured 1.2 s.</summary>
    private static readonly TimeSpan KernelDelay = TimeSpan.FromSeconds(1.2);

    /// <summary>The shortest lifetime of an address in the kernel, which counts whole seconds.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan MinPromise = TimeSpan.FromSeconds(5);

    /// <summary>How much longer than it said a director keeps a promise.</summary>
    public static readonly TimeSpan PromiseMargin = TimeSpan.FromSeconds(0.5);

    /// <summary>How long an address is kept by promises at the most. After that, and an hour more, a director that is new may take what it was promised to, although it can ask no other director.</summary>
    public static readonly TimeSpan MaxKeep = TimeSpan.FromHours(24), JoinWait = TimeSpan.FromHours(25);

    /// <summary>The priority unless another one is given, and the bounds.</summary>
    public const int DefaultPriority = 100, MinPriority = 1, MaxPriority = 1000;

    /// <summary>The time to live unless another one is given, and its bounds in seconds: etcd grants no shorter lease, and a longer one keeps clients waiting.</summary>
    public const int DefaultTtl = 5, MinTtl = 2, MaxTtl = 60;

    /// <summary>
    /// True when the addresses go to other directors as soon as this one stops. Otherwise they stay until the lease is over, so that a restart that is faster than that keeps them.
    /// </summary>
    public bool LeavesOnStop { get; init; }

    /// <summary>Where other directors ask this one directly; null when they cannot, so that no address is kept while etcd is away.</summary>
    public PeerAddress? Peer { get; init; }

    /// <summary>
    /// For how long the other directors promise not to take an address while etcd is away. It is not as short as a lease can be: the promises are asked for often, and must outlast the time in
    /// which directors find etcd again one after the other.
    /// </summary>
    public TimeSpan Promise => Ttl > MinPromise ? Ttl : MinPromise;

    /// <summary>How often the promise is asked for, so that lost datagrams do not matter.</summary>
    public TimeSpan AskInterval => RenewInterval / 4;

    /// <summary>How often the others are asked whether they answer while etcd does.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>When a renewal is so old, the next one is overdue: it may be that etcd is away.</summary>
    public TimeSpan OverdueAfter => RenewInterval * 5 / 4;

    /// <summary>How long a director waits for each one that comes before it in an election.</summary>
    public TimeSpan TurnPause { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How often the lease is renewed.</summary>
    public TimeSpan RenewInterval => Ttl / 5;

    /// <summary>After this time without a renewal the addresses are given up, with two fifths of the lease to spare.</summary>
    public TimeSpan GiveUpAfter => Ttl * 3 / 5;

    /// <summary>
    /// How long the kernel may keep an address that is refreshed now, so that it is gone when the lease is over, even if this process does nothing any more. With leases below 3 s it may be a
    /// fifth of a second later; the next holder asks for the address for longer than that before it takes it.
    /// </summary>
    /// <param name="left">What is left of the lease.</param>
    public static TimeSpan ValidFor(TimeSpan left)
    {
        var whole = TimeSpan.FromSeconds(Math.Floor((left - KernelDelay).TotalSeconds));
        return whole > Shortest ? whole : Shortest;
    }
}
