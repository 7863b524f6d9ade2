using System.Globalization;
using System.Text.Json;
using Gorb.Model;

namespace Gorb.Documents;

/// <summary>
/// Limits the size of objects and lists in a body before their members are read, so that later steps are fast for any input. Duplicate members
/// are rejected here as well.
/// </summary>
internal static class BodyShape
{
    /// <summary>The maximum number of members or values; no object or list of the API needs more.</summary>
    public const int MaxMembers = 1000;

    /// <summary>The maximum length of a name; no member or header needs more.</summary>
    private const int MaxNameLength = 255;

    /// <summary>Checks a value and all nested values.</summary>
    /// <param name="value">The value.</param>
    /// <param name="path">The path of the value.</param>
    /// <param name="problems">Receives the problems.</param>
    /// <param name="map">The member that maps user-defined names to objects and is exempt from the limit; null for none.</param>
    /// <returns>False if reading must stop because something is too large.</returns>
    public static bool Check(JsonElement value, FieldPath path, ProblemList problems, string? map = null) => value.ValueKind switch
    {
        JsonValueKind.Object => CheckObject(value, path, problems, MaxMembers, map),
        JsonValueKind.Array => CheckArray(value, path, problems),
        _ => true,
    };

    private static bool CheckObject(JsonElement value, FieldPath path, ProblemList problems, int maxMembers, string? map)
    {
        if (value.GetPropertyCount() is var count && count > maxMembers)
        {
            problems.Add(TooMany(path, count, "members"));
            return false;
        }

        DuplicateMembers.Check(value, path, problems);
        foreach (var member in value.EnumerateObject())
        {
            if (problems.IsFull || !CheckMember(member, path, problems, map))
            {
                return false;
            }
        }

        return true;
    }

    private static bool CheckMember(JsonProperty member, FieldPath path, ProblemList problems, string? map)
    {
        if (member.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            return true;
        }

        var name = member.Name;
        if (name.Length > MaxNameLength)
        {
            problems.Add(new Problem(path.Member(ProblemList.Shorten(name)), null, $"has a name that is longer than {MaxNameLength} characters"));
            return false;
        }

        var below = path.Below(name);
        return member.Value.ValueKind == JsonValueKind.Object && name == map
            ? CheckObject(member.Value, below, problems, int.MaxValue, null)
            : Check(member.Value, below, problems);
    }

    private static bool CheckArray(JsonElement value, FieldPath path, ProblemList problems)
    {
        if (value.GetArrayLength() is var count && count > MaxMembers)
        {
            problems.Add(TooMany(path, count, "values"));
            return false;
        }

        foreach (var (index, item) in value.EnumerateArray().Index())
        {
            if (item.ValueKind is JsonValueKind.Object or JsonValueKind.Array
                && (problems.IsFull || !Check(item, path with { Name = $"{path.Name}[{index}]" }, problems)))
            {
                return false;
            }
        }

        return true;
    }

    private static Problem TooMany(FieldPath path, int count, string what) => new(
        path.ToString() is { Length: > 0 } field ? field : null, null, string.Create(CultureInfo.InvariantCulture, $"has {count} {what}; at most {MaxMembers} are read"));
}
