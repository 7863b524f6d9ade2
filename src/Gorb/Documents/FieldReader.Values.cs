using System.Globalization;
using System.Text.Json;
using Gorb.Model.Descriptions;

namespace Gorb.Documents;

/// <content>Readers for each type of value. For every type, absent, null and "" stand for the default.</content>
internal sealed partial class FieldReader
{
    /// <summary>Reads a text; null for the default. Absent, null and "" stand for the default (GORB's Go client sends empty strings).</summary>
    public string? Text(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        Refuse(name, value, "must be a text");
        return null;
    }

    /// <summary>Reads an integer within bounds; null for the default.</summary>
    public long? Number(string name, long least, long most, string? gorbText = null)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (TryGetNumber(value, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Refuse(name, value, $"must be a whole number from {least} to {most}", gorbText);
        return null;
    }

    /// <summary>Reads an integer within the bounds of its description; an absent or invalid one has the value of a new owner.</summary>
    public long Number<T>(NumberMember<T> member) => Number(member.Name, member.Min, member.Max) ?? member.Usual;

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

        if (TakesTexts && value.ValueKind == JsonValueKind.String && bool.TryParse(value.GetString(), out var flag))
        {
            return flag;
        }

        Refuse(name, value, "must be true or false");
        return null;
    }

    /// <summary>Reads self-contained members into their owner; the value of an absent or invalid member does not change.</summary>
    public T Read<T>(ValueMember<T>[] members, T owner)
    {
        foreach (var member in members)
        {
            if (Find(member.Name) is { } given && member.Read(given, ref owner) is { } fault)
            {
                Refuse(member.Name, given, fault);
            }
        }

        return owner;
    }

    /// <summary>Reads a self-contained member; an absent or invalid one has the value of a new owner.</summary>
    public TValue Value<T, TValue>(ValueMember<T, TValue> member)
    {
        if (Find(member.Name) is not { } given)
        {
            return member.Usual!;
        }

        if (member.Parse(given, out var value) is not { } fault)
        {
            return value;
        }

        Refuse(member.Name, given, fault);
        return member.Usual!;
    }

    /// <summary>Reads a name from a closed set; null if it is invalid.</summary>
    /// <param name="name">The name of the member.</param>
    /// <param name="words">The names of the set.</param>
    /// <param name="usual">The value if the member is absent.</param>
    public T? Word<T>(string name, Words<T> words, T? usual) where T : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return usual;
        }

        if (words.Parse(text, out var value) is not { } fault)
        {
            return value;
        }

        Refuse(name, text, fault);
        return null;
    }

    /// <summary>Reads a nested object; null if it is absent or not an object.</summary>
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

        var below = IsGiven(name) && _present.ValueKind == JsonValueKind.Object && _present.TryGetProperty(name, out var old) ? old : default;
        return new FieldReader(value, below, _path.Below(name), _problems) { TakesTexts = TakesTexts };
    }

    /// <summary>Reads a nested object; an empty one if it is absent or not an object.</summary>
    public FieldReader ObjectOrEmpty(string name) => Object(name) ?? new FieldReader(default, default, _path.Below(name), _problems) { TakesTexts = TakesTexts };

    /// <summary>Reads a text that must pass a test; null for the default.</summary>
    public string? Text(string name, Func<string, bool> isRight, string problem)
    {
        if (Text(name) is not { } text || isRight(text))
        {
            return Text(name);
        }

        Refuse(name, text, problem);
        return null;
    }

    /// <summary>Reads a scalar or a list of scalars as texts; empty for the default.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        var items = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(Scalar) : [Scalar(value)];
        var texts = items.OfType<string>().ToArray();
        if (texts.Length != (value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() : 1))
        {
            Refuse(name, value, "must be a text, or a list of texts");
        }

        return texts;
    }

    /// <summary>Reads the names and values of an object with user-defined members.</summary>
    public IReadOnlyList<(string Name, string Value)> Members(string name)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(static member => Scalar(member.Value) is not null))
        {
            return [.. value.EnumerateObject().Select(static member => (member.Name, Scalar(member.Value)!))];
        }

        Refuse(name, value, "must be an object of texts");
        return [];
    }

    private bool TryGetNumber(JsonElement value, out long number)
    {
        number = 0;
        return value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetInt64(out number),
            JsonValueKind.String when TakesTexts => long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number),
            _ => false,
        };
    }

    private static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };
}
