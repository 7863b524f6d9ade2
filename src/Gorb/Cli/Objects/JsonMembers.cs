using System.Text.Json;

namespace Gorb.Cli.Objects;

/// <summary>Reads members of answers. A member that is absent, or that a later daemon writes differently, is null.</summary>
internal static class JsonMembers
{
    public static JsonElement? Member(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? Text(this JsonElement? json, string name) => json?.Member(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => value.GetRawText(),
    };

    public static long? Number(this JsonElement? json, string name) => json?.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    public static double? Real(this JsonElement? json, string name) => json?.Member(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;

    public static DateTimeOffset? Time(this JsonElement? json, string name) =>
        json?.Member(name) is { ValueKind: JsonValueKind.String } value && value.TryGetDateTimeOffset(out var time) ? time : null;

    public static IEnumerable<JsonElement> List(this JsonElement? json, string name) => json?.Member(name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];

    /// <summary>The member of an answer that every Gorb sends.</summary>
    /// <exception cref="JsonException">It is absent: the server is not a Gorb.</exception>
    public static JsonElement Required(this JsonElement json, string name) => json.Member(name) ?? throw new JsonException($"There is no {name}.");

    /// <summary>The objects by name in a member of an answer that every Gorb sends.</summary>
    /// <exception cref="JsonException">It is absent: the server is not a Gorb.</exception>
    public static IEnumerable<JsonProperty> Objects(this JsonElement json, string name) =>
        json.Required(name) is { ValueKind: JsonValueKind.Object } objects ? objects.EnumerateObject() : throw new JsonException($"{name} is no object.");
}
