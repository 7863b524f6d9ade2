using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gorb.Model.Text;

/// <summary>Escapes untrusted text (from backends, labels, patterns), so that it stays on one line and cannot control a terminal.</summary>
internal static class PlainText
{
    private static readonly SearchValues<char> PrintableAscii =
        SearchValues.Create(string.Create('\x7f' - ' ', 0, static (all, _) => { for (var i = 0; i < all.Length; i++) { all[i] = (char)(' ' + i); } }));

    /// <summary>
    /// Escapes every control character, line or paragraph separator, invisible format character (such as bidirectional overrides) and lone surrogate: \n,
    /// \x1b, \u202e. Text without any is returned unchanged.
    /// </summary>
    public static string Escape(string text) => Escape(text, AppendReadable);

    /// <summary>Escapes a line of JSON without changing its meaning: JSON itself escapes only some of these characters.</summary>
    public static string EscapeJson(string line) => Escape(line, AppendJson);

    /// <summary>Shortens a text to a number of characters, followed by "...".</summary>
    public static string Shorten(string text, int max) => text.Length <= max ? text : $"{text.AsSpan(0, max - (char.IsHighSurrogate(text[max - 1]) ? 1 : 0))}...";

    private static string Escape(string text, Action<StringBuilder, int> append)
    {
        var start = text.AsSpan().IndexOfAnyExcept(PrintableAscii);
        if (start < 0)
        {
            return text;
        }

        var escaped = new StringBuilder(text, 0, start, text.Length + 16);
        for (var i = start; i < text.Length;)
        {
            var isRune = Rune.TryGetRuneAt(text, i, out var rune);
            if (isRune && IsPlain(rune))
            {
                escaped.Append(text, i, rune.Utf16SequenceLength);
            }
            else
            {
                append(escaped, isRune ? rune.Value : text[i]);
            }

            i += isRune ? rune.Utf16SequenceLength : 1;
        }

        return escaped.Length == text.Length ? text : escaped.ToString();
    }

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);

    private static void AppendReadable(StringBuilder escaped, int value) => _ = value switch
    {
        '\n' => escaped.Append(@"\n"),
        '\r' => escaped.Append(@"\r"),
        '\t' => escaped.Append(@"\t"),
        <= 0xff => escaped.Append(CultureInfo.InvariantCulture, $@"\x{value:x2}"),
        <= 0xffff => escaped.Append(CultureInfo.InvariantCulture, $@"\u{value:x4}"),
        _ => escaped.Append(CultureInfo.InvariantCulture, $@"\U{value:x8}"),
    };

    private static void AppendJson(StringBuilder escaped, int value)
    {
        foreach (var unit in value > 0xffff ? char.ConvertFromUtf32(value) : ((char)value).ToString())
        {
            escaped.Append(CultureInfo.InvariantCulture, $@"\u{(int)unit:x4}");
        }
    }
}
