using System.Runtime.InteropServices;
using System.Text.Json;
using Gorb.Model;

namespace Gorb.Documents;

/// <summary>
/// Rejects objects with duplicate members, whose meaning is undefined (RFC 8259, 4). The JSON parser has this check too, but its first use
/// loads OpenSSL for a random number.
/// </summary>
internal static class DuplicateMembers
{
    /// <summary>The number of members up to which pairwise comparison is faster than hashing.</summary>
    private const int Few = 16;

    /// <summary>Checks the members of one object, without nested objects.</summary>
    /// <param name="value">The object.</param>
    /// <param name="path">The path of the object.</param>
    /// <param name="problems">Receives the duplicate members.</param>
    public static void Check(JsonElement value, FieldPath path, ProblemList problems)
    {
        var names = value.GetPropertyCount() > Few ? new HashSet<string>() : null;
        var place = 0;
        foreach (var member in value.EnumerateObject())
        {
            if (problems.IsFull)
            {
                return;
            }

            if (names is null ? StandsBefore(place++, value, member) : !names.Add(member.Name))
            {
                problems.Add(new Problem(path.Member(member.Name), null, "is there twice"));
            }
        }
    }

    private static bool StandsBefore(int place, JsonElement value, JsonProperty member)
    {
        foreach (var earlier in value.EnumerateObject())
        {
            if (place-- == 0)
            {
                return false;
            }

            if (IsSame(earlier, member))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSame(JsonProperty one, JsonProperty other)
    {
        var name = JsonMarshal.GetRawUtf8PropertyName(one);
        var otherName = JsonMarshal.GetRawUtf8PropertyName(other);
        return name.SequenceEqual(otherName) || ((name.Contains((byte)'\\') || otherName.Contains((byte)'\\')) && one.Name == other.Name);
    }
}
