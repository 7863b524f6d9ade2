using System.Buffers.Text;
using System.Text.Json;
using Gorb.Model;

namespace Gorb.Access;

/// <summary>
/// Reads the claims of an issuer's token that limit its client: gorb_service, gorb_source, gorb_vip and gorb_port, each a text or a list of texts. A claim that is there and limits nothing,
/// such as an empty list, is an error: an issuer that gives a client no service does not mean all of them.
/// </summary>
internal static class LimitClaims
{
    /// <summary>The name of a claim is this and that of its limit.</summary>
    public const string Prefix = "gorb_";

    /// <param name="payload">The second part of the token, whose signature is valid.</param>
    /// <exception cref="FormatException">A claim is no limit; the message says what is wrong, as the end of a sentence about the token.</exception>
    public static ServiceScope Read(ReadOnlySpan<char> payload)
    {
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
        var limits = new ScopeLimits();
        foreach (var claim in claims.RootElement.EnumerateObject())
        {
            if (ScopeLimits.Names.FirstOrDefault(name => claim.NameEquals(Prefix + name)) is { } limit)
            {
                Add(limits, limit, claim.Value);
            }
        }

        return limits.Scope;
    }

    private static void Add(ScopeLimits limits, string name, JsonElement value)
    {
        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        if (items.Length == 0 || !items.All(static item => item.ValueKind is JsonValueKind.String or JsonValueKind.Number))
        {
            throw new FormatException($"limits nothing by its claim \"{Prefix}{name}\": it must be a text or a list of texts; without the claim there is no such limit");
        }

        try
        {
            foreach (var item in items)
            {
                limits.Add(name, item.ToString());
            }
        }
        catch (FormatException error)
        {
            throw new FormatException($"has a wrong claim \"{Prefix}{name}\": {error.Message}", error);
        }
    }
}
