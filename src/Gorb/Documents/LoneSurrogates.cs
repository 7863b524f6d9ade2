using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gorb.Model;

namespace Gorb.Documents;

/// <summary>Rejects lone surrogates, as in "\ud800": JSON can express them, but they are not valid Unicode (RFC 8259, 8.2).</summary>
internal static class LoneSurrogates
{
    private const int EscapeLength = 6; // \uXXXX

    /// <summary>Finds lone surrogates in a JSON text. Only a text with a lone surrogate is examined value by value.</summary>
    /// <param name="text">The text.</param>
    /// <param name="root">The parsed text.</param>
    public static IReadOnlyList<Problem> Find(ReadOnlySpan<byte> text, JsonElement root)
    {
        var problems = new ProblemList();
        if (text.IndexOf("\\u"u8) >= 0 && Half(text) is not null)
        {
            Check(root, FieldPath.Root, problems);
        }

        return problems;
    }

    private static void Check(JsonElement value, FieldPath path, ProblemList problems)
    {
        if (problems.IsFull)
        {
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.String when Half(JsonMarshal.GetRawUtf8Value(value)) is { } half:
                problems.Add(Refuse(path, half, "holds"));
                break;
            case JsonValueKind.Array:
                foreach (var (index, item) in value.EnumerateArray().Index())
                {
                    Check(item, path with { Name = $"{path.Name}[{index}]" }, problems);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    Check(member, path, problems);
                }

                break;
        }
    }

    private static void Check(JsonProperty member, FieldPath path, ProblemList problems)
    {
        if (Half(JsonMarshal.GetRawUtf8PropertyName(member)) is { } half)
        {
            problems.Add(Refuse(path, half, "has a member whose name holds")); // the name itself cannot be reported
        }
        else
        {
            Check(member.Value, path.Below(member.Name), problems);
        }
    }

    private static Problem Refuse(FieldPath path, string half, string verb) =>
        new(path.ToString(), half, $"{verb} half of a character (a surrogate without its other); write the character itself");

    /// <summary>Returns the first lone surrogate as written; null if there is none.</summary>
    private static string? Half(ReadOnlySpan<byte> raw)
    {
        for (var at = raw.IndexOf((byte)'\\'); at >= 0 && at < raw.Length;)
        {
            var unit = Unit(raw[at..]);
            if (char.IsHighSurrogate(unit) && char.IsLowSurrogate(Unit(raw[(at + EscapeLength)..])))
            {
                at += EscapeLength;
            }
            else if (char.IsSurrogate(unit))
            {
                return Encoding.ASCII.GetString(raw.Slice(at, EscapeLength));
            }

            at += 2; // the backslash and the escaped character, which may also be a backslash
            var next = raw[at..].IndexOf((byte)'\\');
            at = next < 0 ? raw.Length : at + next;
        }

        return null;
    }

    /// <summary>Returns the UTF-16 unit of the escape at the start of a text; 0 if there is none.</summary>
    private static char Unit(ReadOnlySpan<byte> raw) =>
        raw.StartsWith("\\u"u8) && Utf8Parser.TryParse(raw[2..EscapeLength], out ushort unit, out _, 'X') ? (char)unit : '\0';
}
