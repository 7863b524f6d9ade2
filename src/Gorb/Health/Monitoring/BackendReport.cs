using Gorb.Health.Policy;
using Gorb.Health.Probes;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Model.Policy;

namespace Gorb.Health.Monitoring;

/// <summary>The health of a backend at one moment.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Backend">The backend's name.</param>
/// <param name="Verdict">The combined verdict of its checks.</param>
/// <param name="Health">Share of successes among the last 100 results of the worst check, 0 to 1.</param>
/// <param name="ChangedAt">When the verdict last changed; null if it never did.</param>
/// <param name="Transitions">How many times the verdict changed.</param>
/// <param name="Checks">A report for each check.</param>
internal sealed record BackendReport(
    string Service, string Backend, Verdict Verdict, double Health, DateTimeOffset? ChangedAt, int Transitions, IReadOnlyList<CheckReport> Checks)
{
    public static BackendReport Of(MonitoredBackend monitored, SteadyClock clock) => new(
        monitored.Service, monitored.Name, monitored.Verdict,
        monitored.Checks.Length == 0 ? 1 : monitored.Checks.Min(check => check.State.Health),
        clock.HostTime(monitored.ChangedAt), monitored.Transitions,
        [.. monitored.Checks.Select(check => new CheckReport(check.Target, check.State, clock.HostTime(check.LastAt), check.Last, check.Fault))]);
}

/// <summary>The state of one check.</summary>
/// <param name="Target">The target of its probes.</param>
/// <param name="State">Verdict and results in a row.</param>
/// <param name="At">When the last result arrived; null before the first.</param>
/// <param name="Last">The last result.</param>
/// <param name="Fault">Why this host cannot carry out the check now; null when it can.</param>
internal sealed record CheckReport(ProbeTarget Target, CheckState State, DateTimeOffset? At, ProbeResult Last, string? Fault);
