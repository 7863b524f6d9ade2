using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Checks;

namespace Gorb.Documents.Checks;

/// <summary>Reads the headers of a check. Errors show no value of a header, because it may be a secret.</summary>
internal static class HeaderReader
{
    private const int MaxReference = 4096;

    /// <summary>Reads the headers without rejected ones: a check that was saved when a header was still accepted runs without the header.</summary>
    public static ValueList<HttpHeader> Read(FieldReader fields)
    {
        if (fields.Raw("headers") is not { } given)
        {
            return [];
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            fields.Refuse("headers", SecretHeaders.Mask, "must be an object of texts, by name");
            return [];
        }

        var headers = new SortedDictionary<string, HttpHeader>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in given.EnumerateObject())
        {
            var header = Read(member);
            var problem = header is null ? "must be a text, or one of {\"secret\": TEXT}, {\"file\": PATH} and {\"env\": NAME}" : FindFault(header.Value);
            if (problem is null && !headers.TryAdd(member.Name, header!.Value))
            {
                problem = "is given twice";
            }

            if (problem is not null)
            {
                fields.Refuse("headers", SecretHeaders.Mask, $"{ProblemList.Shorten(member.Name)}: {problem}");
            }
        }

        return [.. headers.Values];
    }

    private static HttpHeader? Read(JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.String => new HttpHeader(member.Name, member.Value.GetString()!),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => new HttpHeader(member.Name, member.Value.GetRawText()),
        JsonValueKind.Object when member.Value.EnumerateObject().ToList() is [{ Value.ValueKind: JsonValueKind.String } only] => only.Name switch
        {
            "secret" => new HttpHeader(member.Name, only.Value.GetString()!, HeaderKind.Secret),
            "file" => new HttpHeader(member.Name, only.Value.GetString()!, HeaderKind.File),
            "env" => new HttpHeader(member.Name, only.Value.GetString()!, HeaderKind.Env),
            _ => null,
        },
        _ => null,
    };

    private static string? FindFault(HttpHeader header) => HttpHeaderRules.Problem(header.Name, header.Kind is HeaderKind.Text or HeaderKind.Secret ? header.Value : "") ?? header.Kind switch
    {
        HeaderKind.File when !header.Value.StartsWith('/') || header.Value.Length > MaxReference || header.Value.Contains('\0', StringComparison.Ordinal) =>
            "file must be an absolute path",
        HeaderKind.Env when header.Value.Length is 0 or > MaxReference || !header.Value.All(static character => char.IsAsciiLetterOrDigit(character) || character == '_') =>
            "env must be the name of a variable: letters, digits and '_'",
        _ => null,
    };
}
