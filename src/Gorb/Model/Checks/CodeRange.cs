using System.Globalization;

namespace Gorb.Model.Checks;

/// <summary>An inclusive range of HTTP statuses or exit statuses.</summary>
internal readonly record struct CodeRange(int First, int Last)
{
    public bool Contains(int code) => code >= First && code <= Last;

    /// <summary>Parses "200" or "200-299". The ends must be in order and within the limits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, int min, int max, out CodeRange range)
    {
        var dash = text.IndexOf('-');
        var first = dash < 0 ? text : text[..dash];
        var last = dash < 0 ? text : text[(dash + 1)..];
        range = default;
        if (!TryParseCode(first, out var from) || !TryParseCode(last, out var to) || from > to || from < min || to > max)
        {
            return false;
        }

        range = new CodeRange(from, to);
        return true;
    }

    public override string ToString() =>
        First == Last ? First.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");

    private static bool TryParseCode(ReadOnlySpan<char> text, out int code) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out code);
}
