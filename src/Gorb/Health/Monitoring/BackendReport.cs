using Gorb.Health.Policy;
using Gorb.Health.Probes;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Model.Policy;

namespace Gorb.Health.Monitoring;

/// <summary>What is known of a backend's health at one moment.</summary>
/// <param name="Service">Name of its service.</param>
/// <param name="Backend">Its name.</param>
/// <param name="Verdict">What its checks say together.</param>
/// <param name="Health">Share of successes over the last 100 results of the worst check, 0 to 1.</param>
/// <param name="ChangedAt">When the verdict last changed; null when it never did.</param>
/// <param name="Transitions">How often it changed.</param>
/// <param name="Checks">Each check.</param>
internal sealed record BackendReport(
    string Service, string Backend, Verdict Verdict, double Health, DateTimeOffset? ChangedAt, int Transitions, IReadOnlyList<CheckReport> Checks)
{
    public static BackendReport Of(MonitoredBackend watched, SteadyClock clock) => new(
        watched.Service, watched.Name, watched.Verdict,
        watched.Checks.Count == 0 ? 1 : watched.Checks.Min(check => check.State.Health),
        clock.HostTime(watched.ChangedAt), watched.Transitions,
        [.. watched.Checks.Select(check => new CheckReport(check.Target, check.State, clock.HostTime(check.LastAt), check.Last, check.Fault))]);
}

/// <summary>What is known of one check.</summary>
/// <param name="Target">What is probed.</param>
/// <param name="State">Verdict and results in a row.</param>
/// <param name="At">When the last result came; null before the first.</param>
/// <param name="Last">The last result.</param>
/// <param name="Fault">Why this machine cannot carry out the check at present; null when it can.</param>
internal sealed record CheckReport(ProbeTarget Target, CheckState State, DateTimeOffset? At, ProbeResult Last, string? Fault);
