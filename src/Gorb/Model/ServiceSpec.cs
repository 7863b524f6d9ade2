using Gorb.Ipvs;
using Gorb.Model.Policy;

namespace Gorb.Model;

/// <summary>What a user asked of a service, validated and resolved. Holds no collection, so that equality means "the same wish".</summary>
internal sealed record ServiceSpec
{
    /// <summary>A service that says nothing yet: every member has its default.</summary>
    public static readonly ServiceSpec Blank = new() { Key = default };

    /// <summary>Identity in the kernel: VIP, port and protocol, or a firewall mark.</summary>
    public required ServiceKey Key { get; init; }

    /// <summary>The host as it was given: a name, an address, or empty for the default device's.</summary>
    public string Host { get; init; } = "";

    /// <summary>The scheduler.</summary>
    public string Method { get; init; } = Schedulers.Wrr;

    /// <summary>Scheduler flags in GORB's words, as given: <c>sh-port|no-fallback</c>.</summary>
    public string Flags { get; init; } = "";

    /// <summary>Client affinity, or null for none.</summary>
    public Persistence? Persistence { get; init; }

    /// <summary>Persistence engine (sip), or null.</summary>
    public string? PersistenceEngine { get; init; }

    /// <summary>One-packet scheduling (UDP).</summary>
    public bool OnePacket { get; init; }

    /// <summary>Destinations that others put into the kernel's entry are removed; else they are left alone.</summary>
    public bool Exclusive { get; init; }

    /// <summary>The health check of backends that bring none (canonical JSON), or null.</summary>
    public string? Pulse { get; init; }

    /// <summary>What a new backend counts as until its first check.</summary>
    public StartPolicy Start { get; init; }

    /// <summary>How long a backend that came back takes to its full weight; zero is at once.</summary>
    public TimeSpan SlowStart { get; init; }

    /// <summary>What the kernel has of a backend that is down.</summary>
    public WhenDown WhenDown { get; init; }

    /// <summary>Who gets new connections when every backend is down.</summary>
    public Fallback Fallback { get; init; }

    /// <summary>Percentage of usable backends that must be up; with fewer, checks are ignored. 0 is off.</summary>
    public int MinHealthy { get; init; }

    /// <summary>Who answers when none is up, with <see cref="Fallback.Sorry"/>.</summary>
    public SorrySpec? Sorry { get; init; }

    /// <summary>How long it stays once its source no longer declares it; zero for not at all.</summary>
    public TimeSpan Grace { get; init; }
}
