using Gorb.Model.Checks;

namespace Gorb.Documents.Checks;

internal static class DnsArgsReader
{
    private static readonly string[] RecordTypes = ["A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"];

    public static DnsArgs Read(FieldReader fields)
    {
        var name = fields.Text("name", IsName, "must be a domain name");
        if (!fields.IsSet("name"))
        {
            fields.RefuseGiven("name", "is required: the domain name to ask for");
        }

        return new DnsArgs
        {
            Name = name ?? ".",
            RecordType = fields.Text("type", IsRecordType, $"must be one of {string.Join(", ", RecordTypes)}")?.ToUpperInvariant() ?? "A",
            Expect = [.. fields.Texts("expect")],
            OverTcp = fields.Flag("tcp") ?? false,
        };
    }

    private static bool IsRecordType(string text) => RecordTypes.Contains(text, StringComparer.OrdinalIgnoreCase);

    /// <summary>True for a domain name: labels of 1 to 63 characters, 253 in all. A final dot is allowed, and "." alone is the root.</summary>
    private static bool IsName(string text) =>
        text == "." || (text.Length <= 253 && Labels(text).All(label => label.Length is > 0 and < 64 && label.All(IsLabelCharacter)));

    private static string[] Labels(string text) => (text.EndsWith('.') ? text[..^1] : text).Split('.');

    private static bool IsLabelCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';
}
