using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gorb.Documents.Yaml;

/// <summary>Resolves plain scalars by the core schema of YAML 1.2 (10.3), in which yes, no and on are texts.</summary>
internal static partial class YamlScalar
{
    public static void Write(Utf8JsonWriter json, Scalar scalar)
    {
        if (scalar.Style != ScalarStyle.Plain || !WriteTyped(json, scalar.Value))
        {
            json.WriteStringValue(scalar.Value);
        }
    }

    private static bool WriteTyped(Utf8JsonWriter json, string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                json.WriteNullValue();
                return true;
            case "true" or "True" or "TRUE":
                json.WriteBooleanValue(true);
                return true;
            case "false" or "False" or "FALSE":
                json.WriteBooleanValue(false);
                return true;
            default:
                return Number().IsMatch(text) && WriteNumber(json, text);
        }
    }

    private static bool WriteNumber(Utf8JsonWriter json, string text)
    {
        var based = text.StartsWith("0x", StringComparison.Ordinal) || text.StartsWith("0o", StringComparison.Ordinal);
        if (based)
        {
            var isHex = text[1] == 'x';
            if (text.Length > (isHex ? 17 : 22))
            {
                return false;
            }

            json.WriteNumberValue(Convert.ToInt64(text[2..], isHex ? 16 : 8));
        }
        else if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            json.WriteNumberValue(whole);
        }
        else if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real))
        {
            json.WriteNumberValue(real);
        }
        else
        {
            return false;
        }

        return true;
    }

    [GeneratedRegex(@"^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0x[0-9a-fA-F]+|0o[0-7]+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Number();
}
