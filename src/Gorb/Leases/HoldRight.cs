using Gorb.Etcd;

namespace Gorb.Leases;

/// <summary>What lets an address be on this host: a lease in etcd, or the promise of all other directors.</summary>
/// <param name="Since">From when it counts, as a time stamp of the clock of leases: before it was asked for.</param>
/// <param name="For">How long no other director takes the address.</param>
/// <param name="UsedFor">After this time the address is given up, with a part of <paramref name="For"/> to spare.</param>
internal readonly record struct HoldRight(long Since, TimeSpan For, TimeSpan UsedFor)
{
    /// <summary>The right that a lease gives.</summary>
    public static HoldRight Of(EtcdLease lease, LeaseOptions options) => new(lease.SentAt, lease.Ttl, options.GiveUpAfter);

    /// <summary>The right that the promises of all other directors give.</summary>
    /// <param name="askedAt">When the one that was asked first was asked.</param>
    /// <param name="options">Say for how long they promise.</param>
    public static HoldRight ByPromise(long askedAt, LeaseOptions options) => new(askedAt, options.Promise, options.Promise * 3 / 5);

    /// <summary>The time for which no other director surely takes the address; zero when it may be over.</summary>
    public TimeSpan Left(TimeProvider clock) => For - clock.GetElapsedTime(Since) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>The time until the address is given up; negative when that is due.</summary>
    public TimeSpan Usable(TimeProvider clock) => UsedFor - clock.GetElapsedTime(Since);

    /// <summary>True when the address must go.</summary>
    public bool IsOver(TimeProvider clock) => Usable(clock) <= TimeSpan.Zero;
}
