using System.Text.Json.Serialization;

namespace Gorb.Model;

/// <summary>The drain of a backend: its weight is 0, and its existing connections continue.</summary>
/// <param name="Until">The latest time of removal, by the host's clock, which survives a restart of the daemon; null keeps the backend at weight 0.</param>
internal readonly record struct Drain(DateTimeOffset? Until)
{
    /// <summary>The drain period if none is given.</summary>
    public static readonly TimeSpan DefaultTime = TimeSpan.FromSeconds(30);

    /// <summary>The drain period for UDP if none is given: UDP connections have no end to wait for.</summary>
    public static readonly TimeSpan DefaultUdpTime = TimeSpan.FromSeconds(5);

    /// <summary><see cref="Until"/> by the <see cref="SteadyClock"/>, because the host's clock may be set during the drain. Not saved.</summary>
    [JsonIgnore]
    public DateTimeOffset? SteadyUntil { get; init; }

    /// <summary>The latest time of removal, by the steady clock. It starts at the host's time, so a saved <see cref="Until"/> of an earlier run is comparable.</summary>
    [JsonIgnore]
    public DateTimeOffset? Deadline => SteadyUntil ?? Until;

    /// <summary>Creates a drain that starts now.</summary>
    public static Drain For(TimeSpan period, SteadyClock clock)
    {
        var deadline = clock.Now + period;
        return new Drain(clock.HostTime(deadline)) { SteadyUntil = deadline };
    }

    /// <summary>Returns the drain with <see cref="Until"/> converted to the current setting of the host's clock.</summary>
    public Drain Following(SteadyClock clock) => this with { Until = clock.HostTime(Deadline), SteadyUntil = Deadline };
}
