using System.Text.Json;

namespace Gorb.Cli.Objects;

/// <summary>A service with its backends, as GET shows them by themselves, or in the whole table (view=full).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Json">The object of the service.</param>
/// <param name="Backends">Its backends.</param>
internal sealed record ServiceState(string Name, JsonElement Json, IReadOnlyList<BackendState> Backends)
{
    /// <summary>A service of the whole table.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static ServiceState Of(string name, JsonElement json) =>
        new(name, json, [.. json.Objects("backends").Select(backend => new BackendState(new ObjectPath(name, backend.Name), backend.Value))]);

    private JsonElement? Options => Json.Member("options") ?? Json;

    /// <summary>Address, port and protocol, as in 10.9.0.100:80/tcp, or the firewall mark.</summary>
    public string Address => Options.Text("fwmark") is { } mark ? $"fwmark {mark}"
        : $"{HostPort.Format(((JsonElement?)Json).Text("address") ?? Options.Text("host") ?? "", Options.Number("port"))}/{Options.Text("protocol") ?? "tcp"}";

    public string Method => Options.Text("method") ?? "";

    public string Source => ((JsonElement?)Json).Text("source") ?? "";

    /// <summary>The number of backends that are up and do not drain.</summary>
    public int Up => Backends.Count(static backend => backend.IsUp && !backend.IsDraining);

    /// <summary>In one word: up, degraded (some backends are down or drain), down, or empty (no backends).</summary>
    public string State => Backends.Count == 0 ? "empty" : Up == 0 ? "down" : Up < Backends.Count ? "degraded" : "up";

    public long Connections => Backends.Sum(static backend => backend.Connections);

    /// <summary>Destinations of the kernel's entry that are not Gorb's.</summary>
    public IReadOnlyList<string> Unmanaged => [.. ((JsonElement?)Json).List("unmanaged").Select(static one => one.GetString() ?? "")];

    /// <summary>Why the kernel shows nothing; null when it does.</summary>
    public string? KernelError => ((JsonElement?)Json).Text("kernel_error");

    /// <summary>The first thing that is wrong; empty when nothing is.</summary>
    public string Problem => KernelError
        ?? (Backends.FirstOrDefault(static backend => !backend.IsUp) is { } down ? $"{down.Path.Backend}: {down.Reason}" : Unmanaged.Count > 0 ? $"unmanaged: {string.Join(' ', Unmanaged)}" : "");

    /// <summary>A counter or rate of the kernel; 0 when it has no entry.</summary>
    public long Traffic(string member) => (Json.Member("kernel") ?? Json.Member("traffic")).Number(member) ?? 0;
}
