using System.Text.Json.Serialization;

namespace Gorb.Model;

/// <summary>A backend is being emptied: it gets weight 0 and keeps the connections it has.</summary>
/// <param name="Until">When it is removed at the latest, by the host's clock, which a later run of the daemon can read, too; null: it is not removed, it stays at weight 0.</param>
internal readonly record struct Drain(DateTimeOffset? Until)
{
    /// <summary>How long to wait when nobody says.</summary>
    public static readonly TimeSpan DefaultTime = TimeSpan.FromSeconds(30);

    /// <summary>The same for UDP, which has no end of a connection to wait for.</summary>
    public static readonly TimeSpan DefaultUdpTime = TimeSpan.FromSeconds(5);

    /// <summary><see cref="Until"/> by the <see cref="SteadyClock"/>, for the host's clock may be set meanwhile. Not saved.</summary>
    [JsonIgnore]
    public DateTimeOffset? SteadyUntil { get; init; }

    /// <summary>When it is removed at the latest, by the steady clock. That clock starts with the host's time, so the saved deadline of an earlier run is one of its times.</summary>
    [JsonIgnore]
    public DateTimeOffset? Deadline => SteadyUntil ?? Until;

    /// <summary>A drain that begins now.</summary>
    public static Drain For(TimeSpan period, SteadyClock clock)
    {
        var deadline = clock.Now + period;
        return new Drain(clock.HostTime(deadline)) { SteadyUntil = deadline };
    }

    /// <summary>The same drain, with what is shown and saved of its deadline as the host's clock is set now.</summary>
    public Drain Following(SteadyClock clock) => this with { Until = clock.HostTime(Deadline), SteadyUntil = Deadline };
}
