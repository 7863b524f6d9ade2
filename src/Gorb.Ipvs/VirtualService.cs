namespace Gorb.Ipvs;

/// <summary>
/// A virtual service: its identity and all settings that the kernel keeps for it. An update replaces all settings. Record equality means "same settings";
/// an equal <see cref="Key"/> means "same object".
/// </summary>
/// <param name="Key">The identity; an update never changes it.</param>
public sealed record VirtualService(ServiceKey Key)
{
    /// <summary>The longest persistence in seconds: the kernel multiplies it by HZ, at most 1000, in 32 bits.</summary>
    public const uint MaxPersistenceTimeout = int.MaxValue / 1000;

    /// <summary>The scheduler's name, at most 15 characters; the kernel loads module <c>ip_vs_NAME</c> for it. "none" schedules nothing.</summary>
    public string Scheduler { get; init; } = Schedulers.Wrr;

    /// <summary>Persistence, one-packet scheduling and the scheduler's own flags.</summary>
    public ServiceFlags Flags { get; init; }

    /// <summary>Persistence time in seconds, at most <see cref="MaxPersistenceTimeout"/>; used only with <see cref="ServiceFlags.Persistent"/>.</summary>
    public uint PersistenceTimeout { get; init; }

    /// <summary>The part of a client's address that persistence compares. The default is the whole address.</summary>
    public Netmask Netmask { get; init; } = Netmask.Whole(Key.Family);

    /// <summary>Persistence engine ("sip"), or null. The kernel loads module <c>ip_vs_pe_NAME</c>.</summary>
    public string? PersistenceEngine { get; init; }
}
