using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gorb.Model.Checks;

/// <summary>
/// Hides secret header values of checks. They are shown as <see cref="Mask"/>, and a mask in a request stands for the present value, so that the output of GET can
/// be sent back. A header is secret if its name contains auth, cookie, token, secret, passw, credential, session or signature, or ends in key.
/// </summary>
internal static class SecretHeaders
{
    public const string Mask = "***";

    private static readonly string[] Words = ["auth", "cookie", "token", "secret", "passw", "credential", "session", "signature"];

    public static bool IsSecret(string header) =>
        header.EndsWith("key", StringComparison.OrdinalIgnoreCase) || Words.Any(word => header.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Masks the secrets of a check or a list of checks.</summary>
    /// <param name="pulse">The check or list as saved; null for none.</param>
    [return: NotNullIfNotNull(nameof(pulse))]
    public static string? Hide(string? pulse)
    {
        if (pulse is null || !MayHaveHeaders(pulse))
        {
            return pulse;
        }

        var shown = JsonNode.Parse(pulse)!;
        var isHidden = false;
        foreach (var (headers, name, _) in Secrets(shown).ToList())
        {
            headers[name] = Mask;
            isHidden = true;
        }

        return isHidden ? shown.ToJsonString() : pulse;
    }

    /// <summary>Replaces masks with the present secrets.</summary>
    /// <param name="given">The check or list as given.</param>
    /// <param name="present">The check or list that it replaces, as saved; null for none.</param>
    /// <param name="missing">Receives the path (such as <c>[1].args.headers.Cookie</c>) of each mask without a present secret.</param>
    /// <returns>The check with its secrets; null if it has no mask.</returns>
    public static string? Restore(JsonElement given, string? present, List<string> missing)
    {
        var raw = JsonMarshal.GetRawUtf8Value(given);
        if ((raw.IndexOf("headers"u8) < 0 && !raw.Contains((byte)'\\')) || !HasMask(given))
        {
            return null;
        }

        var restored = JsonNode.Parse(given.GetRawText())!;
        var masked = Secrets(restored).Where(secret => IsMask(secret.Headers[secret.Name])).ToList();
        if (present is not null && JsonNode.DeepEquals(restored, JsonNode.Parse(Hide(present))))
        {
            return present; // the same text, so that a comparison finds no difference
        }

        var kept = present is null ? [] : Secrets(JsonNode.Parse(present)!).ToList();
        foreach (var (headers, name, check) in masked)
        {
            if (kept.Find(secret => secret.Check == check && secret.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Headers: { } source, Name: var kind }
                && !IsMask(source[kind]))
            {
                headers[name] = source[kind]!.DeepClone();
            }
            else
            {
                missing.Add($"{(restored is JsonArray ? $"[{check}]" : "")}.args.headers.{name}");
            }
        }

        return restored.ToJsonString();
    }

    /// <summary>True if both are the same check, including secrets.</summary>
    public static bool AreSame(string? one, string? other) =>
        one == other || (one is not null && other is not null && JsonNode.DeepEquals(JsonNode.Parse(one), JsonNode.Parse(other)));

    /// <summary>True if a check contains a mask. Does not use JsonNode, which cannot hold duplicate members; they are rejected elsewhere.</summary>
    private static bool HasMask(JsonElement given) => (given.ValueKind == JsonValueKind.Array ? given.EnumerateArray() : Enumerable.Repeat(given, 1)).Any(static check =>
        Member(check, "args") is { } args && Member(args, "headers") is { ValueKind: JsonValueKind.Object } headers
        && headers.EnumerateObject().Any(static header => IsSecret(header.Name) && header.Value.ValueKind == JsonValueKind.String && header.Value.ValueEquals(Mask)));

    private static JsonElement? Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) ? member : null;

    /// <summary>True if a check may have headers. Most have none and need not be parsed.</summary>
    private static bool MayHaveHeaders(string pulse) => pulse.Contains("headers", StringComparison.Ordinal) || pulse.Contains("\\u", StringComparison.Ordinal);

    private static bool IsMask(JsonNode? value) => value is JsonValue text && text.TryGetValue<string>(out var mask) && mask == Mask;

    /// <summary>Returns every secret header with the index of its check.</summary>
    private static IEnumerable<(JsonObject Headers, string Name, int Check)> Secrets(JsonNode pulse)
    {
        var checks = pulse is JsonArray list ? [.. list] : (JsonNode?[])[pulse];
        for (var i = 0; i < checks.Length; i++)
        {
            if ((checks[i] as JsonObject)?["args"] is JsonObject args && args["headers"] is JsonObject headers)
            {
                foreach (var name in headers.Select(header => header.Key).Where(IsSecret))
                {
                    yield return (headers, name, i);
                }
            }
        }
    }
}
