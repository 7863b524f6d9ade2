namespace Gorb.Ipvs;

/// <summary>Options of a virtual service (linux/ip_vs.h, IP_VS_SVC_F_*), without the kernel's internal bits.</summary>
[Flags]
public enum ServiceFlags : uint
{
    /// <summary>No option.</summary>
    None = 0,

    /// <summary>Connections of one client go to the same destination (IP_VS_SVC_F_PERSISTENT).</summary>
    Persistent = 0x0001,

    /// <summary>Every UDP datagram is scheduled on its own (IP_VS_SVC_F_ONEPACKET).</summary>
    OnePacket = 0x0004,

    /// <summary>First flag of the scheduler (IP_VS_SVC_F_SCHED1). For sh and mh: fall back to another destination when the hashed one is unavailable.</summary>
    Scheduler1 = 0x0008,

    /// <summary>Second flag of the scheduler (IP_VS_SVC_F_SCHED2). For sh and mh: include the source port in the hash.</summary>
    Scheduler2 = 0x0010,

    /// <summary>Third flag of the scheduler (IP_VS_SVC_F_SCHED3).</summary>
    Scheduler3 = 0x0020,
}
