using System.Globalization;
using System.Text.Json;
using Gorb.Balancing;

namespace Gorb.Api;

/// <summary>
/// Reads the members of a JSON object and collects everything that is wrong with them, so that a user sees all mistakes at once.
/// A PATCH lays its body over the object's present state: a member that is not given is read from there.
/// </summary>
/// <param name="given">The body.</param>
/// <param name="present">The present state in the same form, or an undefined element for a PUT.</param>
/// <param name="path">Where the object stands in the body, with a trailing dot; empty for the body itself.</param>
/// <param name="problems">Where problems go.</param>
internal sealed class FieldReader(JsonElement given, JsonElement present, string path, List<Problem> problems)
{
    private const int UsualMembers = 24;

    /// <summary>A list: looking through two dozen names costs less than hashing them, and a document has ten thousand objects.</summary>
    private readonly List<string> _asked = new(UsualMembers);

    /// <summary>True when the member has a value, right or wrong, in the body or in the present state.</summary>
    public bool IsSet(string name) => Find(name) is not null;

    /// <summary>True when the body itself has the member, be it null.</summary>
    public bool IsGiven(string name) => given.TryGetProperty(name, out _);

    /// <summary>True when something is wrong with the member and has been reported.</summary>
    public bool IsRefused(string name) => problems.Exists(problem => problem.Field == $"{path}{name}");

    /// <summary>The text of a member; absent, null and "" are the default (GORB's Go client sends empty strings).</summary>
    public string? Text(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString() is { Length: > 0 } text ? text : null;
        }

        Refuse(name, value, "must be a text");
        return null;
    }

    /// <summary>A whole number within bounds, or null for the default.</summary>
    public long? Number(string name, long least, long most, string? gorbText = null)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most)
        {
            return number;
        }

        Refuse(name, value, $"must be a whole number from {least} to {most}", gorbText);
        return null;
    }

    public bool? Flag(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Refuse(name, value, "must be true or false");
        return null;
    }

    /// <summary>A nested object, or null when it is absent.</summary>
    public FieldReader? Object(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            Refuse(name, value, "must be an object");
            return null;
        }

        var below = IsGiven(name) && present.ValueKind == JsonValueKind.Object && present.TryGetProperty(name, out var old) ? old : default;
        return new FieldReader(value, below, $"{path}{name}.", problems);
    }

    /// <summary>A member in its JSON form, or null when it is absent.</summary>
    public JsonElement? Raw(string name) => Find(name);

    /// <summary>Reports every member of the body that nothing asked for: a misspelt member is not ignored.</summary>
    public void RefuseUnknown()
    {
        foreach (var member in given.EnumerateObject())
        {
            var name = member.Name;
            if (!_asked.Contains(name))
            {
                Refuse(name, member.Value, $"is not known here; known are {string.Join(", ", _asked.Distinct().Order(StringComparer.Ordinal))}");
            }
        }
    }

    public void Refuse(string name, object? value, string text, string? gorbText = null) =>
        problems.Add(new Problem($"{path}{name}", value is JsonElement element ? Show(element) : value, text) { GorbText = gorbText });

    /// <summary>Reports a problem whose field is a member of this object.</summary>
    public void Refuse(Problem problem) => problems.Add(problem with { Field = $"{path}{problem.Field}" });

    private JsonElement? Find(string name)
    {
        _asked.Add(name);
        var found = given.TryGetProperty(name, out var value)
            || (present.ValueKind == JsonValueKind.Object && present.TryGetProperty(name, out value));
        return found && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>A value as far as an error message has room for it.</summary>
    private static string Show(JsonElement value)
    {
        const int room = 100;
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Null => "null",
            _ => value.GetRawText(),
        };
        return text.Length <= room ? text : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, room)}... ({text.Length} characters)");
    }
}
