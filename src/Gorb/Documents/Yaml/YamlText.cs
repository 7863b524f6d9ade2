using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Gorb.Documents.Yaml;

/// <summary>
/// Writes scalars so that every parser reads the same value. Parsers disagree on plain scalars: YAML 1.1 (PyYAML, Ansible, Ruby) takes <c>yes</c>, <c>12:30</c>
/// and <c>1_000</c> for values of other types, 1.2 takes <c>0o7</c>, and each library adds its own. So only texts in a few forms that every parser reads
/// as texts are plain; all others are quoted.
/// </summary>
internal static partial class YamlText
{
    public static string Write(string text) => IsPlain(text) ? text : Quote(text);

    /// <summary>Writes a JSON number. One with an exponent gets a fraction and a signed exponent, the only form that YAML 1.1 accepts.</summary>
    public static string WriteNumber(string number)
    {
        var exponent = number.IndexOfAny(['e', 'E']);
        if (exponent < 0)
        {
            return number;
        }

        var (mantissa, power) = (number[..exponent], number[(exponent + 1)..]);
        return $"{mantissa}{(mantissa.Contains('.') ? "" : ".0")}e{(power[0] is '+' or '-' ? "" : "+")}{power}";
    }

    private static bool IsPlain(string text) => Form().IsMatch(text) && !Word().IsMatch(text);

    private static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ when IsVisible(rune) => quoted.Append(rune),
                <= 0xFF => quoted.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:X2}"),
                <= 0xFFFF => quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}"),
                _ => quoted.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}"),
            };
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>False for control and format characters, line separators and unassigned code points: they are invisible, and some parsers reject them.</summary>
    private static bool IsVisible(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator
            or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    /// <summary>Names and paths, which start with a letter or a slash; IPv4 addresses, also with a port; durations; percentages.</summary>
    [GeneratedRegex(@"\A(?:[A-Za-z/](?:[A-Za-z0-9_./|:+-]*[A-Za-z0-9_./+-])?|[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:-[0-9]{1,5})?|(?:[0-9]+(?:ms|h|m|s))+|[0-9]+%)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    /// <summary>Words that some YAML version or library reads as a boolean, null or a number.</summary>
    [GeneratedRegex(@"\A(?:y|n|yes|no|on|off|true|false|null|none|nil|nan|inf|infinity)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}
