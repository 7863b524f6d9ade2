using System.Runtime.InteropServices;
using System.Text.Json;
using Gorb.Model;

namespace Gorb.Documents;

/// <summary>
/// Refuses an object that has a member twice: which of them counts would be anybody's guess (RFC 8259, 4). The parser could do it, but its first such look
/// loads all of OpenSSL for a random number.
/// </summary>
internal static class DuplicateMembers
{
    /// <summary>Up to so many, comparing each with each takes less than hashing them.</summary>
    private const int Few = 16;

    /// <summary>Looks at the members of one object, not at what is in them.</summary>
    /// <param name="value">The object.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="problems">Gets the members that are there twice.</param>
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
