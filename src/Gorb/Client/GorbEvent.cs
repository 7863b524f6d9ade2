using System.Text.Json;

namespace Gorb.Client;

/// <summary>An event of <c>GET /events</c>.</summary>
/// <param name="Type">hello, change, refused, health, repair, or what later daemons tell.</param>
/// <param name="Json">The event as it was sent, on one line.</param>
internal sealed record GorbEvent(string Type, string Json)
{
    public DateTimeOffset Time { get; private init; }

    /// <summary>The service that it is about; null for none.</summary>
    public string? Service { get; private init; }

    /// <summary>The backend that it is about; null for none.</summary>
    public string? Backend { get; private init; }

    /// <summary>What happened, in words.</summary>
    public string Text { get; private init; } = "";

    /// <summary>Who made the change; null when the event names no actor.</summary>
    public string? Actor { get; private init; }

    /// <summary>The director at which the change was made; null when the event names none.</summary>
    public string? Director { get; private init; }

    /// <exception cref="JsonException">The text is not an event.</exception>
    public static GorbEvent Parse(string type, string json)
    {
        using var document = JsonDocument.Parse(json);
        var members = document.RootElement;
        return members.ValueKind != JsonValueKind.Object || !members.TryGetProperty("time", out var time) || !time.TryGetDateTimeOffset(out var at)
            ? throw new JsonException("An event has no time.")
            : new GorbEvent(type, json) { Time = at, Service = Member("service"), Backend = Member("backend"), Text = Member("text") ?? "", Actor = Member("actor"), Director = Member("director") };

        string? Member(string name) => members.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
