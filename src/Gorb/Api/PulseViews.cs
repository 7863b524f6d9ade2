using System.Globalization;
using Gorb.Documents;
using Gorb.Health.Monitoring;
using Gorb.Model.Policy;

namespace Gorb.Api;

/// <summary>Builds the API's views of health checks.</summary>
internal static class PulseViews
{
    public static PulseView? Of(BackendReport? report) => report is null ? null : new PulseView(
        report.Transitions, report.ChangedAt, [.. report.Checks.Select(Of)]);

    private static CheckView Of(CheckReport check) => new(
        check.Target.Args.Type,
        Target(check),
        check.At is null ? null : check.State.Verdict == Verdict.Up ? "up" : "down",
        check.Fault is { } fault ? $"not checked: {fault}" : check.At is null ? "not checked yet" : check.Last.Reason,
        check.At,
        check.At is null ? null : Math.Round(check.Last.Latency.TotalMilliseconds, 3),
        check.State.Streak,
        check.Target.Path is null ? null : "path");

    private static string Target(CheckReport check)
    {
        var host = check.Target.Address?.ToString() ?? check.Target.Host;
        return check.Target.Port == 0 ? host
            : string.Create(CultureInfo.InvariantCulture, $"{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{check.Target.Port}");
    }
}
