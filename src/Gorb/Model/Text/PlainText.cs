using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gorb.Model.Text;

/// <summary>Text of others (backends, labels, patterns) in a form that stays on its line and cannot steer a terminal.</summary>
internal static class PlainText
{
    private static readonly SearchValues<char> PrintableAscii =
        SearchValues.Create(string.Create('\x7f' - ' ', 0, static (all, _) => { for (var i = 0; i < all.Length; i++) { all[i] = (char)(' ' + i); } }));

    /// <summary>
    /// The text with every control character, line or paragraph separator, invisible format character (bidirectional overrides among them) and lone
    /// surrogate written as an escape: \n, \x1b, \u202e. A text without any is returned as it is.
    /// </summary>
    public static string Escape(string text) => Escape(text, AppendReadable);

    /// <summary>The same for a line of JSON, which it leaves the same JSON: JSON itself escapes only some of these characters.</summary>
    public static string EscapeJson(string line) => Escape(line, AppendJson);

    /// <summary>The text cut to a number of characters, with "..." for what is left out.</summary>
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
