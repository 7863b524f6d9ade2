namespace Gorb.Tests.Documents;

/// <summary>Nearly valid texts, as typing mistakes, broken templates and attackers produce them.</summary>
internal static class Mutations
{
    /// <summary>The number of texts per test: 3000, or the value of GORB_FUZZ, which <c>eng/fuzz</c> sets.</summary>
    public static int Count { get; } = int.TryParse(Environment.GetEnvironmentVariable("GORB_FUZZ"), out var count) ? count : 3000;

    private static readonly string[] Parts =
    [
        "{", "}", "[", "]", ":", " ", "\n", "\t", "- ", "? ", ": ", "#", "&a", "*a", "!t", "!<", "|", ">", "'", "\"", "%", "@", "`", ",", "...", "---", "\\u", "\\ud800", "\\x", "\\", "\r",
        "\u0085", "\u2028", "\uFEFF", "\0", "<<", "~", "%YAML 1.2\n", "%TAG ! a\n", "null", "true", "-1", "1e999", "99999999999999999999", "0x", "0o", ".inf", "//", "/*", "\uFFFD", "🦦",
    ];

    /// <summary>Returns a text with some characters removed, repeated elsewhere, or mixed with characters that a parser treats specially.</summary>
    public static string Of(string text, Random random)
    {
        for (var changes = random.Next(1, 8); changes > 0; changes--)
        {
            var at = random.Next(text.Length + 1);
            var from = random.Next(text.Length + 1);
            text = random.Next(4) switch
            {
                0 => text.Remove(at, Math.Min(random.Next(6), text.Length - at)),
                1 => text.Insert(at, text.Substring(from, Math.Min(random.Next(20), text.Length - from))),
                _ => text.Insert(at, Parts[random.Next(Parts.Length)]),
            };
        }

        return text;
    }
}
