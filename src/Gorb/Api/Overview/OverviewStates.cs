using Gorb.Model;
using Gorb.Model.Policy;

namespace Gorb.Api.Overview;

/// <summary>The states of services and backends in one word each, and why.</summary>
internal static class OverviewStates
{
    public const string Up = "up", Down = "down", Degraded = "degraded", Empty = "empty", Draining = "draining", Unchecked = "unchecked";

    public static string Of(Backend backend, Force force, ValueList<OverviewCheck> checks)
    {
        if (backend.IsDraining)
        {
            return Draining;
        }

        var isUp = force == Force.None ? backend.Health.Verdict == Verdict.Up : force == Force.Up;
        return !isUp ? Down : force == Force.None && checks.Any(static check => check.Status != Up) ? Unchecked : Up;
    }

    /// <returns>Null when there is nothing to say.</returns>
    public static string? Reason(Force force, ValueList<OverviewCheck> checks)
    {
        var check = checks.FirstOrDefault(static check => check.Status == Down) ?? checks.FirstOrDefault(static check => check.Status is null) ?? (checks.Count > 0 ? checks[0] : null);
        return force == Force.None ? check?.Reason : check is null ? $"forced {PolicyWords.Force.Text(force)}" : $"forced {PolicyWords.Force.Text(force)}; {check.Reason}";
    }
}
