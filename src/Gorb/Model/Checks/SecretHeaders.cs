using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gorb.Model.Checks;

/// <summary>
/// Hides secret header values of checks. They are shown as <see cref="Mask"/>, and a mask in a request stands for the present value, so that the output of GET can
/// be sent back. A header is secret if its name contains auth, cookie, token, secret, passw, credential, session or signature, or ends in key; or if its value
/// has the form {"secret": "..."}.
/// </summary>
internal static class SecretHeaders
{
    public const string Mask = "***";

    /// <summary>The member of a header's value that is secret whatever the header's name: {"secret": "..."}.</summary>
    private const string SecretMember = "secret";

    private const string Headers = "headers";

    private static readonly string[] Words = ["auth", "cookie", "token", "secret", "passw", "credential", "session", "signature"];

    public static bool IsSecret(string header) =>
        header.EndsWith("key", StringComparison.OrdinalIgnoreCase) || Words.Any(word => header.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>True if a member that is not known, such as a misspelt one, may hold a secret, so that an error must not show its value.</summary>
    public static bool MayHold(string member, JsonElement value) =>
        member == Headers || IsSecret(member) || (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array && JsonMarshal.GetRawUtf8Value(value).IndexOf("headers"u8) >= 0);

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
        foreach (var secret in Secrets(shown).ToList())
        {
            secret.Owner[secret.Member] = Mask;
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
        var masked = Secrets(restored).Where(static secret => IsMask(secret.Owner[secret.Member])).ToList();
        if (present is not null && JsonNode.DeepEquals(restored, JsonNode.Parse(Hide(present))))
        {
            return present; // the same text, so that a comparison finds no difference
        }

        var kept = present is null ? [] : Secrets(JsonNode.Parse(present)!).ToList();
        foreach (var (owner, member, name, check) in masked)
        {
            if (kept.Find(secret => secret.Check == check && secret.Header.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Owner: { } source, Member: var kind } && !IsMask(source[kind]))
            {
                owner[member] = source[kind]!.DeepClone();
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
        && headers.EnumerateObject().Any(static header => (IsSecret(header.Name) && IsMask(header.Value)) || (Member(header.Value, SecretMember) is { } value && IsMask(value))));

    private static bool IsMask(JsonElement value) => value.ValueKind == JsonValueKind.String && value.ValueEquals(Mask);

    private static JsonElement? Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) ? member : null;

    /// <summary>True if a check may have headers. Most have none and need not be parsed.</summary>
    private static bool MayHaveHeaders(string pulse) => pulse.Contains("headers", StringComparison.Ordinal) || pulse.Contains("\\u", StringComparison.Ordinal);

    private static bool IsMask(JsonNode? value) => value is JsonValue text && text.TryGetValue<string>(out var mask) && mask == Mask;

    /// <summary>Returns every secret value: the object and member that hold it, the name of the header and the index of the check.</summary>
    private static IEnumerable<(JsonObject Owner, string Member, string Header, int Check)> Secrets(JsonNode pulse)
    {
        var checks = pulse is JsonArray list ? [.. list] : (JsonNode?[])[pulse];
        for (var i = 0; i < checks.Length; i++)
        {
            if ((checks[i] as JsonObject)?["args"] is JsonObject args && args["headers"] is JsonObject headers)
            {
                foreach (var (name, value) in headers)
                {
                    if (value is JsonObject form)
                    {
                        if (form.ContainsKey(SecretMember)) // the path of a file and the name of a variable are shown
                        {
                            yield return (form, SecretMember, name, i);
                        }
                    }
                    else if (IsSecret(name))
                    {
                        yield return (headers, name, name, i);
                    }
                }
            }
        }
    }
}
