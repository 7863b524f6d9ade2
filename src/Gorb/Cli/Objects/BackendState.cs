using System.Globalization;
using System.Text.Json;

namespace Gorb.Cli.Objects;

/// <summary>A backend, as GET shows it by itself, or in the whole table (view=full), where its settings are not in a member of their own.</summary>
/// <param name="Path">Its name.</param>
/// <param name="Json">The object.</param>
internal sealed record BackendState(ObjectPath Path, JsonElement Json)
{
    private JsonElement? Options => Json.Member("options") ?? Json;

    private JsonElement? Operator => Json.Member("operator");

    private JsonElement? Kernel => Json.Member("kernel");

    private JsonElement? Drain => Json.Member("drain");

    private JsonElement? Metrics => Json.Member("metrics");

    /// <summary>The state in one word, which the whole table has.</summary>
    private string? Word => ((JsonElement?)Json).Text("state");

    /// <summary>Address and port, as in 10.9.0.21:80.</summary>
    public string Address => HostPort.Format(((JsonElement?)Json).Text("address") ?? Options.Text("host") ?? "", Options.Number("port"));

    public string Method => Options.Text("method") ?? "";

    public string Source => ((JsonElement?)Json).Text("source") ?? "";

    /// <summary>True when clients may be sent to it: by force, else by its checks.</summary>
    public bool IsUp => Force is { } force ? force == "up" : Metrics is null ? Word != "down" : Metrics.Number("status") == 0;

    /// <summary>When it went up or down, by the daemon's clock; null where the age is told instead.</summary>
    public DateTimeOffset? ChangedAt => ((JsonElement?)Json).Time("since");

    /// <summary>Time in the present status.</summary>
    public TimeSpan Since => TimeSpan.FromSeconds(Math.Max(0, Metrics.Number("uptime") ?? 0));

    /// <summary>The wanted weight: the operator's, else that of the source.</summary>
    public long Weight => Operator.Number("weight") ?? Options.Number("weight") ?? 0;

    /// <summary>The weight in force; null when the kernel has no entry of it.</summary>
    public long? KernelWeight => IsInKernel ? Kernel.Number("weight") : null;

    public bool IsInKernel => Kernel is not null && Kernel.Text("removed") is null;

    /// <summary>up or down when the checks are overruled; null when they are not.</summary>
    public string? Force => (Operator.Text("force") ?? Options.Text("force")) is { } force and not "none" ? force : null;

    public bool IsDraining => Drain is not null || Word == "draining";

    /// <summary>The number of established connections; 0 for UDP.</summary>
    public long Active => Kernel.Number("active_connections") ?? 0;

    /// <summary>The number of other connections.</summary>
    public long Inactive => Kernel.Number("inactive_connections") ?? 0;

    /// <summary>The number of connections, in any state.</summary>
    public long Connections => Drain.Number("connections") ?? (Active + Inactive);

    /// <summary>The number of clients that persistence holds.</summary>
    public long PersistentClients => Drain.Number("persistent_clients") ?? Kernel.Number("persistent_connections") ?? 0;

    /// <summary>When a draining backend is removed at the latest; null when it is not.</summary>
    public DateTimeOffset? RemovedBy => Drain.Time("until") ?? ((JsonElement?)Json).Time("drain_until");

    public IReadOnlyList<CheckState> Checks => [.. ((JsonElement?)(Json.Member("pulse") ?? Json)).List("checks").Select(static check => new CheckState(check))];

    /// <summary>True while the verdict is not yet that of the checks: one has no result, or has failed a moment ago.</summary>
    public bool IsUnchecked => Force is null && Checks.Any(check => check.Status is null || (check.Status == "down" && IsUp));

    /// <summary>True when it is up by its checks, or by force, and does not drain.</summary>
    public bool IsHealthy => IsUp && !IsUnchecked && !IsDraining;

    /// <summary>In one word: up, down, draining or unchecked.</summary>
    public string State => IsDraining ? "draining" : !IsUp ? "down" : IsUnchecked ? "unchecked" : "up";

    /// <summary>Why it is in its state; empty when there is nothing to say.</summary>
    public string Reason
    {
        get
        {
            var check = Checks.FirstOrDefault(check => check.Status == "down") ?? Checks.FirstOrDefault(static check => check.Status is null) ?? (Checks is [var first, ..] ? first : null);
            string?[] reasons =
            [
                Force is null ? null : $"forced {Force}",
                IsDraining ? string.Create(CultureInfo.InvariantCulture, $"{Connections} connections left") : null,
                check?.Reason,
                ((JsonElement?)Json).Text("kernel_error"),
            ];
            return string.Join("; ", reasons.Where(static reason => reason is { Length: > 0 }));
        }
    }

    /// <summary>A counter or rate of the kernel; 0 when it has no entry.</summary>
    public long Traffic(string member) => (Kernel is { } kernel ? kernel.Member("traffic") : null).Number(member) ?? 0;
}

/// <summary>A health check of a backend.</summary>
/// <param name="json">The check, as GET shows it.</param>
internal sealed class CheckState(JsonElement json)
{
    private readonly JsonElement? _json = json;

    public string Type => _json.Text("type") ?? "";

    public string Target => _json.Text("target") ?? "";

    /// <summary>up or down; null before the first result.</summary>
    public string? Status => _json.Text("status");

    /// <summary>What it last found.</summary>
    public string Reason => _json.Text("reason") ?? "";

    public DateTimeOffset? At => _json.Time("at");

    public double? LatencyMs => _json.Real("latency_ms");

    public long Consecutive => _json.Number("consecutive") ?? 0;
}
