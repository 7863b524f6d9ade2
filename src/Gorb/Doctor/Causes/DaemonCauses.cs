using System.Globalization;

namespace Gorb.Doctor.Causes;

/// <summary>Causes in the daemon and its files.</summary>
internal static class DaemonCauses
{
    /// <summary>A jump that no slow correction of the clock makes.</summary>
    private static readonly TimeSpan Jump = TimeSpan.FromSeconds(5);

    public static IReadOnlyList<Cause> All { get; } =
    [
        new("no-daemon", Severity.Warning, "Nothing answers at the API's address.",
            "Without the daemon there are no health checks: a backend that fails keeps its clients. What the kernel has goes on.",
            "Start the daemon, or name its address with --server.",
            static host => host.Daemon is null ? [new Sighting("no daemon answers; only this host was examined")] : []),
        new("state-unwritable", Severity.Error, "Writes are answered with 507 or 500, and a restart loses changes.",
            "The state file does not hold the wanted table: the next start brings back an older one.",
            "Make room on its disk, or make it writable; the daemon saves again by itself.",
            FindState),
        new("entry-contested", Severity.Warning, "A setting comes back after it was changed.",
            "Another program changes the same entries of the kernel after each repair.",
            "Remove the service from one of the two programs, then let Gorb repair everything at once.",
            static host => (host.Daemon?.Contested ?? []).Select(text => new Sighting(text, Hangup(host)))),
        new("second-gorb", Severity.Warning, "Services appear and disappear.",
            "Another Gorb manages the same kernel's table. That works only while the two have no service in common.",
            "Stop one of the two.",
            static host => (host.Daemon?.Others ?? []).Select(static other => new Sighting(other, Kill(other)))),
        new("clock-jump", Severity.Note, "Times in answers and logs do not fit together.",
            "The host's clock was set while the daemon ran. Checks and drains do not depend on it; certificates, logs and the times of others do.",
            "Keep the clock by NTP from the boot on.",
            FindJump),
    ];

    /// <summary>The command that makes the daemon repair everything.</summary>
    public static string Hangup(HostView host) => string.Create(CultureInfo.InvariantCulture, $"kill -HUP {host.Process.Id}");

    /// <summary>The command that ends another Gorb, if its process is visible from here: "process 7, API at ...".</summary>
    private static string? Kill(string other) => other.Split(' ', ',') is ["process", var number, ..] && int.TryParse(number, out _) ? $"kill {number}" : null;

    private static IEnumerable<Sighting> FindState(HostView host)
    {
        if (host.State is { } state)
        {
            yield return new Sighting(state.Reason, state.Command) { Subject = state.File };
        }
        else if (host.Daemon?.StoreFailure is { } failure)
        {
            yield return new Sighting(failure);
        }
    }

    private static IEnumerable<Sighting> FindJump(HostView host) => host.Daemon is { ClockShift: var shift } && shift.Duration() >= Jump
        ? [new Sighting(string.Create(CultureInfo.InvariantCulture, $"the clock was set {(shift < TimeSpan.Zero ? "back" : "forward")} by {shift.Duration().TotalSeconds:0} s since the daemon started"))]
        : [];
}
