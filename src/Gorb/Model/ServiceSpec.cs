using Gorb.Ipvs;
using Gorb.Ipvs.Nftables;
using Gorb.Model.Policy;

namespace Gorb.Model;

/// <summary>The requested settings of a service, validated and resolved. The record holds no collection, so equality compares all settings.</summary>
internal sealed record ServiceSpec
{
    /// <summary>A service without settings: every member has its default.</summary>
    public static readonly ServiceSpec Blank = new() { Key = default };

    /// <summary>The kernel key: VIP, port and protocol, or a firewall mark.</summary>
    public required ServiceKey Key { get; init; }

    /// <summary>The host as given: a name or an address; empty for the address of the default device.</summary>
    public string Host { get; init; } = "";

    /// <summary>The scheduler.</summary>
    public string Method { get; init; } = Schedulers.Wrr;

    /// <summary>Scheduler flags by their GORB names, as given: <c>sh-port|no-fallback</c>.</summary>
    public string Flags { get; init; } = "";

    /// <summary>Client affinity, or null for none.</summary>
    public Persistence? Persistence { get; init; }

    /// <summary>Persistence engine (sip), or null.</summary>
    public string? PersistenceEngine { get; init; }

    /// <summary>One-packet scheduling (UDP).</summary>
    public bool OnePacket { get; init; }

    /// <summary>True to remove unmanaged destinations from the kernel service; false to leave them.</summary>
    public bool Exclusive { get; init; }

    /// <summary>Which clients get a source address of the director, so that the backends' replies come back through it.</summary>
    public MasqueradeMode Masquerade { get; init; }

    /// <summary>The health check of backends without one of their own (canonical JSON), or null.</summary>
    public string? Pulse { get; init; }

    /// <summary>The verdict of a new backend until its first check.</summary>
    public StartPolicy Start { get; init; }

    /// <summary>The time in which the weight of a recovered backend grows to its full value; zero for no slow start.</summary>
    public TimeSpan SlowStart { get; init; }

    /// <summary>The kernel entry of a backend that is down: removed, or kept at weight 0.</summary>
    public WhenDown WhenDown { get; init; }

    /// <summary>Whether the address is taken off this host while no backend is up.</summary>
    public Withdraw Withdraw { get; init; }

    /// <summary>Which hosts have the address.</summary>
    public VipMode Vip { get; init; }

    /// <summary>The backends that get new connections if all are down.</summary>
    public Fallback Fallback { get; init; }

    /// <summary>Percentage of usable backends that must be up; below it, health checks are ignored. 0 disables this.</summary>
    public int MinHealthy { get; init; }

    /// <summary>The sorry backend, which serves while no backend is up; only for <see cref="Fallback.Sorry"/>.</summary>
    public SorrySpec? Sorry { get; init; }

    /// <summary>How long the service remains after its source stops declaring it; zero removes it immediately.</summary>
    public TimeSpan Grace { get; init; }
}
