using Gorb.Model;
using Gorb.Model.Checks;

namespace Gorb.Documents.Checks;

/// <summary>Reads statuses: 200, "200", "200-299", "200,204", [200, "300-399"].</summary>
internal static class CodesReader
{
    private const int MaxRanges = 100;

    /// <summary>Reads the ranges of a member; null for the default or after an error.</summary>
    public static ValueList<CodeRange>? Read(FieldReader fields, string name, int least, int most)
    {
        var ranges = new List<CodeRange>();
        foreach (var text in fields.Texts(name).SelectMany(text => text.Split(',', MaxRanges + 1)))
        {
            if (ranges.Count == MaxRanges)
            {
                fields.RefuseGiven(name, $"must be at most {MaxRanges} statuses or ranges of them");
                return null;
            }

            if (!CodeRange.TryParse(text, least, most, out var range))
            {
                fields.RefuseGiven(name, $"must be statuses from {least} to {most}, such as {least}, [{least}, {least + 2}] or \"{least}-{least + 9}\"");
                return null;
            }

            ranges.Add(range);
        }

        return ranges.Count > 0 ? [.. ranges] : null;
    }
}
