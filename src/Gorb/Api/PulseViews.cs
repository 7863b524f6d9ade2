using System.Globalization;
using System.Text.Json;
using Gorb.Balancing;
using Gorb.Pulse.Json;
using Gorb.Pulse.Monitoring;
using Gorb.Pulse.Policy;

namespace Gorb.Api;

/// <summary>How health checks look from outside.</summary>
internal static class PulseViews
{
    public static PulseView? Of(BackendReport? report) => report is null ? null : new PulseView(
        report.Transitions, report.ChangedAt, [.. report.Checks.Select(Of)]);

    /// <summary>The checks in force for a backend that has none of its own, with all of their members; type none where nothing is checked. Secrets are hidden.</summary>
    public static JsonElement InForce(ServiceSpec service, BackendSpec backend) =>
        JsonElement.Parse(SecretHeaders.Hide(PulseWriter.Write(CheckPlan.InForce(service, backend))));

    private static CheckView Of(CheckReport check) => new(
        check.Target.Args.Type,
        Target(check),
        check.At is null ? null : check.State.Verdict == Verdict.Up ? "up" : "down",
        check.Fault is { } fault ? $"not checked: {fault}" : check.At is null ? "not checked yet" : check.Last.Reason,
        check.At,
        check.At is null ? null : Math.Round(check.Last.Latency.TotalMilliseconds, 3),
        check.State.Streak);

    private static string Target(CheckReport check)
    {
        var host = check.Target.Address?.ToString() ?? check.Target.Host;
        return check.Target.Port == 0 ? host
            : string.Create(CultureInfo.InvariantCulture, $"{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{check.Target.Port}");
    }
}
