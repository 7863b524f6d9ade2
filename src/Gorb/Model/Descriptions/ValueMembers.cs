using System.Globalization;
using System.Text.Json;
using Gorb.Model.Text;

namespace Gorb.Model.Descriptions;

/// <summary>True or false.</summary>
internal sealed class FlagMember<T>(string name, string meaning, Func<T, bool> get, Func<T, bool, T> set) : ValueMember<T, bool>(name, MemberKind.Flag, meaning, get, set)
{
    public override Fault? Parse(JsonElement given, out bool value)
    {
        value = given.ValueKind == JsonValueKind.True;
        return value || given.ValueKind == JsonValueKind.False ? null : Fault.NoFlag;
    }

    protected override void Write(Utf8JsonWriter json, bool value) => json.WriteBooleanValue(value);

    protected override bool ReadStored(ref Utf8JsonReader json) => json.GetBoolean();
}

/// <summary>An integer within bounds; the lower bound is not negative.</summary>
internal sealed class NumberMember<T>(string name, string meaning, long min, long max, Func<T, long> get, Func<T, long, T> set)
    : ValueMember<T, long>(name, max > int.MaxValue ? MemberKind.LargeNumber : MemberKind.Number, meaning, get, set)
{
    public long Min => min;

    public long Max => max;

    public override Fault? Parse(JsonElement given, out long value)
    {
        value = 0;
        return given.ValueKind == JsonValueKind.Number && given.TryGetInt64(out value) && value >= min && value <= max ? null
            : new Fault(string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {min} to {max}"));
    }

    protected override void Write(Utf8JsonWriter json, long value) => json.WriteNumberValue(value);

    protected override long ReadStored(ref Utf8JsonReader json) => json.GetUInt32();
}

/// <summary>A percentage, written as <c>30%</c> and stored as 30.</summary>
internal sealed class PercentMember<T>(string name, string meaning, Func<T, int> get, Func<T, int, T> set) : ValueMember<T, int>(name, MemberKind.Text, meaning, get, set)
{
    private static readonly Fault NoPercentage = new("must be a percentage such as 30%");

    public override Fault? Parse(JsonElement given, out int value)
    {
        value = 0;
        return given.ValueKind != JsonValueKind.String ? Fault.NoText
            : given.GetString() is [.., '%'] text && int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= 100 ? null
            : NoPercentage;
    }

    protected override void Write(Utf8JsonWriter json, int value) => json.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"{value}%"));

    protected override void WriteStored(Utf8JsonWriter json, int value) => json.WriteNumberValue(value);

    protected override int ReadStored(ref Utf8JsonReader json) => json.GetInt32();
}

/// <summary>A duration, written as <c>1m30s</c>; zero is 0s.</summary>
/// <param name="name">The name in JSON.</param>
/// <param name="meaning">The meaning, in sentences.</param>
/// <param name="max">The maximum.</param>
/// <param name="zero">The meaning of 0s, for the error about an invalid value.</param>
/// <param name="get">Returns the value.</param>
/// <param name="set">Returns the owner with another value.</param>
internal sealed class DurationMember<T>(string name, string meaning, TimeSpan max, string zero, Func<T, TimeSpan> get, Func<T, TimeSpan, T> set)
    : ValueMember<T, TimeSpan>(name, MemberKind.Text, meaning, get, set)
{
    public override Fault? Parse(JsonElement given, out TimeSpan value)
    {
        value = default;
        if (given.ValueKind != JsonValueKind.String)
        {
            return Fault.NoText;
        }

        var text = given.GetString();
        return text == "0s" || (Duration.TryParse(text, out value) && value <= max) ? null
            : new Fault($"must be a time such as 30s, {Duration.Format(max)} at most; 0s is {zero}");
    }

    protected override void Write(Utf8JsonWriter json, TimeSpan value) => json.WriteStringValue(Duration.Format(value));

    protected override void WriteStored(Utf8JsonWriter json, TimeSpan value) => json.WriteStringValue(value.ToString("c", CultureInfo.InvariantCulture));

    protected override TimeSpan ReadStored(ref Utf8JsonReader json) => TimeSpan.ParseExact(json.GetString()!, "c", CultureInfo.InvariantCulture);
}

/// <summary>True, false, or a name from a closed set. The set contains <c>true</c> and <c>false</c>.</summary>
internal sealed class FlagOrWordMember<T, TValue>(string name, string meaning, Words<TValue> words, Func<T, TValue> get, Func<T, TValue, T> set)
    : ValueMember<T, TValue>(name, MemberKind.Any, meaning, get, set) where TValue : struct, Enum
{
    public override Fault? Parse(JsonElement given, out TValue value)
    {
        value = default;
        return given.ValueKind switch
        {
            JsonValueKind.True => words.Parse("true", out value),
            JsonValueKind.False => words.Parse("false", out value),
            JsonValueKind.String => words.Parse(given.GetString()!, out value),
            _ => words.Parse(given.GetRawText(), out value),
        };
    }

    protected override void Write(Utf8JsonWriter json, TValue value)
    {
        var text = words.Text(value);
        if (bool.TryParse(text, out var flag))
        {
            json.WriteBooleanValue(flag);
        }
        else
        {
            json.WriteStringValue(text);
        }
    }

    protected override void WriteStored(Utf8JsonWriter json, TValue value) => json.WriteStringValue(words.Stored(value));

    protected override TValue ReadStored(ref Utf8JsonReader json) => words.ReadStored(ref json);
}

/// <summary>A name from a closed set.</summary>
internal sealed class WordMember<T, TValue>(string name, string meaning, Words<TValue> words, Func<T, TValue> get, Func<T, TValue, T> set)
    : ValueMember<T, TValue>(name, MemberKind.Text, meaning, get, set) where TValue : struct, Enum
{
    public override Fault? Parse(JsonElement given, out TValue value)
    {
        value = default;
        return given.ValueKind != JsonValueKind.String ? Fault.NoText : words.Parse(given.GetString()!, out value);
    }

    protected override void Write(Utf8JsonWriter json, TValue value) => json.WriteStringValue(words.Encoded(value));

    protected override void WriteStored(Utf8JsonWriter json, TValue value) => json.WriteStringValue(words.Stored(value));

    protected override TValue ReadStored(ref Utf8JsonReader json) => words.ReadStored(ref json);
}
