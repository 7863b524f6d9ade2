using System.Globalization;
using System.Net;
using System.Text.Json;
using Gorb.Model.Text;

namespace Gorb.Sources.Docker;

/// <summary>Reads what the link needs of an engine's answers (Docker Engine API, https://docs.docker.com/reference/api/engine/).</summary>
internal static class EngineAnswers
{
    /// <summary>Reads GET /info.</summary>
    public static EngineInfo Info(JsonElement info) => new(
        info.Text("Name") ?? "", DateTimeOffset.TryParse(info.Text("SystemTime"), CultureInfo.InvariantCulture, out var now) ? now : DateTimeOffset.UtcNow);

    /// <summary>Reads the running and paused containers of GET /containers/json.</summary>
    public static IReadOnlyList<Container> Containers(JsonElement list) => [.. list.EnumerateArray().Where(static found => found.Text("State") is "running" or "paused").Select(Container)];

    /// <summary>Reads GET /containers/ID/json.</summary>
    public static ContainerDetails Details(JsonElement found)
    {
        var configuration = found.Find("Config");
        return new ContainerDetails(
            found.Find("State")?.Number("Pid") ?? 0, SignalName.Parse(configuration?.Text("StopSignal")) ?? SignalName.Term, configuration?.Text("Image") ?? found.Text("Image") ?? "");
    }

    /// <summary>Reads an event of GET /events. Networks' events are those of the containers that are connected to them.</summary>
    /// <returns>The event; null for one that changes no container.</returns>
    public static EngineEvent? Event(JsonElement message)
    {
        var action = message.Text("Action") ?? "";
        if (action.StartsWith("exec_", StringComparison.Ordinal))
        {
            return null; // each run of a HEALTHCHECK causes three of these events
        }

        var actor = message.Find("Actor");
        var attributes = actor?.Find("Attributes");
        var id = message.Text("Type") == "network" ? attributes?.Text("container") : actor?.Text("ID");
        return new EngineEvent(id ?? "", action, attributes?.Text("signal") is { } signal ? SignalName.Parse(signal) : null);
    }

    private static Container Container(JsonElement found)
    {
        var id = found.Text("Id") ?? "";
        return new()
        {
            Id = id,
            Name = (found.Items("Names").Select(static name => name.GetString()).FirstOrDefault() ?? id).TrimStart('/'),
            Image = found.Text("Image") ?? "",
            Created = Time(found.Number("Created")),
            IsPaused = found.Text("State") == "paused",
            IsHealthy = Health(found.Text("Status")),
            Labels = found.Members("Labels").ToDictionary(static label => label.Name, static label => label.Value.GetString() ?? ""),
            Ports = [.. found.Items("Ports").Select(Port)],
            Networks = found.Find("NetworkSettings")?.Members("Networks").ToDictionary(static network => network.Name, static network => Addresses(network.Value)) ?? [],
        };
    }

    /// <summary>A time in seconds since 1970. It only orders containers, so that one outside the years 1970 to 2106 is moved there.</summary>
    private static DateTime Time(long? seconds) => DateTime.UnixEpoch.AddSeconds(Math.Clamp(seconds ?? 0, 0, uint.MaxValue));

    private static ContainerPort Port(JsonElement port) => new(
        (ushort)(port.Number("PrivatePort") ?? 0), port.Number("PublicPort") is > 0 and var number ? (ushort)number : null, port.Text("Type") ?? "tcp", Address(port.Text("IP")));

    private static ContainerAddress Addresses(JsonElement network) => new(Address(network.Text("IPAddress")), Address(network.Text("GlobalIPv6Address")));

    private static IPAddress? Address(string? text) => AddressText.TryParse(text, out var address) ? address : null;

    /// <summary>Reads the health from the status text, which engines of all versions have: "Up 2 minutes (healthy)", "(unhealthy)", "(health: starting)".</summary>
    private static bool? Health(string? status) =>
        status is null ? null
        : status.Contains("(healthy)", StringComparison.Ordinal) ? true
        : status.Contains("(unhealthy)", StringComparison.Ordinal) || status.Contains("(health: starting)", StringComparison.Ordinal) ? false
        : null;
}
