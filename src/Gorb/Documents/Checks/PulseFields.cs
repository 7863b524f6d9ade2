using System.Globalization;
using System.Text.Json;
using Gorb.Model.Checks;

namespace Gorb.Documents.Checks;

/// <summary>
/// Reads the members of a JSON object, numbers and booleans also when they are written as strings, and collects everything that is wrong.
/// Absent, null and "" are the default, since GORB's Go client sends empty strings.
/// </summary>
/// <param name="given">An object, or undefined for one without members.</param>
/// <param name="path">Where it stands, such as <c>pulse.args</c>.</param>
/// <param name="problems">Where problems go.</param>
internal sealed class PulseFields(JsonElement given, string path, List<PulseProblem> problems)
{
    /// <summary>More problems than anybody reads: from here on they are dropped.</summary>
    private const int MaxProblems = 101;

    /// <summary>The names that the check's type knows: two dozen at most.</summary>
    private readonly List<string> _asked = [];

    private bool IsFull => problems.Count >= MaxProblems;

    public string? Text(string name)
    {
        if (Raw(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        Refuse(name, "must be a text");
        return null;
    }

    /// <summary>A text that passes a test, or null for the default.</summary>
    public string? Text(string name, Func<string, bool> isRight, string problem)
    {
        if (Text(name) is not { } text || isRight(text))
        {
            return Text(name);
        }

        Refuse(name, problem);
        return null;
    }

    /// <summary>A whole number within bounds, or null for the default.</summary>
    public int? Number(string name, int least, int most)
    {
        if (Raw(name) is not { } value)
        {
            return null;
        }

        if (Scalar(value) is { } text
            && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
        {
            return number;
        }

        Refuse(name, $"must be a whole number from {least} to {most}");
        return null;
    }

    public bool Flag(string name)
    {
        if (Raw(name) is not { } value)
        {
            return false;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        if (value.ValueKind == JsonValueKind.String && bool.TryParse(value.GetString(), out var flag))
        {
            return flag;
        }

        Refuse(name, "must be true or false");
        return false;
    }

    /// <summary>A scalar, or a list of them, as texts; empty for the default.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (Raw(name) is not { } value)
        {
            return [];
        }

        var items = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(Scalar) : [Scalar(value)];
        var texts = items.OfType<string>().ToArray();
        if (texts.Length != (value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() : 1))
        {
            Refuse(name, "must be a text, or a list of texts");
        }

        return texts;
    }

    /// <summary>The members of a nested object; none when it is absent or something else.</summary>
    public PulseFields Object(string name)
    {
        var value = Raw(name);
        if (value is { ValueKind: not JsonValueKind.Object })
        {
            Refuse(name, "must be an object");
            value = null;
        }

        return new PulseFields(value ?? default, $"{path}.{name}", problems);
    }

    /// <summary>Names and values of an object whose members are the user's own.</summary>
    public IReadOnlyList<(string Name, string Value)> Members(string name)
    {
        if (Raw(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(member => Scalar(member.Value) is not null))
        {
            return [.. value.EnumerateObject().Select(member => (member.Name, Scalar(member.Value)!))];
        }

        Refuse(name, "must be an object of texts");
        return [];
    }

    /// <summary>A member, or null for the default.</summary>
    public JsonElement? Raw(string name)
    {
        if (!_asked.Contains(name))
        {
            _asked.Add(name);
        }

        var found = given.ValueKind == JsonValueKind.Object && given.TryGetProperty(name, out var value) ? value : default;
        return IsEmpty(found) ? null : found;
    }

    public bool IsGiven(string name) => Raw(name) is not null;

    /// <summary>Reports every member with a value that nothing asked for: a misspelt member is not ignored. Null and "" ask for nothing.</summary>
    public void RefuseUnknown()
    {
        if (given.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        string? known = null;
        foreach (var member in given.EnumerateObject())
        {
            if (IsFull)
            {
                return;
            }

            if (!IsEmpty(member.Value) && !_asked.Contains(member.Name))
            {
                known ??= _asked.Count > 0 ? $"known are {string.Join(", ", _asked.Order(StringComparer.Ordinal))}" : "nothing is";
                problems.Add(new PulseProblem($"{path}.{member.Name}", Show(member.Value), "is not known here") { Hint = known });
            }
        }
    }

    public void Refuse(string name, string text, string? gorbText = null, string? hint = null)
    {
        if (!IsFull)
        {
            var value = given.ValueKind == JsonValueKind.Object && given.TryGetProperty(name, out var found) ? Show(found) : null;
            problems.Add(new PulseProblem($"{path}.{name}", value, text) { GorbText = gorbText, Hint = hint });
        }
    }

    /// <summary>A value as far as an error message has room for it.</summary>
    public static string Show(JsonElement value)
    {
        const int room = 100;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return text.Length <= room ? text : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, room)}... ({text.Length} characters)");
    }

    private static bool IsEmpty(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
        || (value.ValueKind == JsonValueKind.String && value.ValueEquals(""u8));

    private static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };
}
