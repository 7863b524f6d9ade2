using System.Text.Json;

namespace Gorb.Sources.Docker;

/// <summary>Members of an engine's answers. Engines of all versions, and Podman, leave some out or send null for them.</summary>
internal static class EngineJson
{
    /// <returns>The member; null if it is missing, null, or if this is no object.</returns>
    public static JsonElement? Find(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    /// <returns>The text of the member; null if it is missing or no text.</returns>
    public static string? Text(this JsonElement element, string name) =>
        element.Find(name) is { ValueKind: JsonValueKind.String } member ? member.GetString() : null;

    /// <returns>The member's number; null if it is missing or no whole number of 64 bits.</returns>
    public static long? Number(this JsonElement element, string name) =>
        element.Find(name) is { ValueKind: JsonValueKind.Number } member && member.TryGetInt64(out var number) ? number : null;

    /// <returns>The items of the member; none if it is missing or no list.</returns>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Find(name) is { ValueKind: JsonValueKind.Array } member ? member.EnumerateArray() : [];

    /// <returns>The members of the member; none if it is missing or no object.</returns>
    public static IEnumerable<JsonProperty> Members(this JsonElement element, string name) =>
        element.Find(name) is { ValueKind: JsonValueKind.Object } member ? member.EnumerateObject() : [];
}
