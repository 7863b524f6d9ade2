using System.Globalization;
using System.Text.Json;

namespace Gorb.Documents;

/// <summary>Reads the member refused of a document: what the source itself has left out and why, for people. It changes nothing.</summary>
internal static class RefusedReader
{
    public const string Member = "refused";

    /// <summary>The limits keep what sources say small in memory.</summary>
    public const int MaxItems = 100, MaxLength = 500;

    public static IReadOnlyList<string> Read(FieldReader fields)
    {
        if (fields.Raw(Member) is not { ValueKind: not JsonValueKind.Null } given)
        {
            return [];
        }

        if (given.ValueKind != JsonValueKind.Array || given.GetArrayLength() > MaxItems || given.EnumerateArray().Any(static item => item.ValueKind != JsonValueKind.String || item.GetString()!.Length > MaxLength))
        {
            fields.Refuse(Member, given, string.Create(CultureInfo.InvariantCulture, $"must be a list of at most {MaxItems} texts with at most {MaxLength} characters each: what the source leaves out, and why"));
            return [];
        }

        return [.. given.EnumerateArray().Select(static item => item.GetString()!)];
    }
}
