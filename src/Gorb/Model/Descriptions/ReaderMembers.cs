using System.Text.Json;

namespace Gorb.Model.Descriptions;

// Members that are validated together with others, such as the address of a service: the owner's reader parses them, and the codec stores them, in dedicated code.

/// <summary>A text that its owner's reader parses.</summary>
/// <param name="name">The name in JSON.</param>
/// <param name="meaning">The meaning, in sentences.</param>
/// <param name="get">Returns the value to show; null for none.</param>
internal sealed class ReaderText<T>(string name, string meaning, Func<T, string?> get) : Member<T>(name, MemberKind.Text, meaning)
{
    public override void Show(Utf8JsonWriter json, T owner)
    {
        if (get(owner) is { } text)
        {
            json.WriteString(Key, text);
        }
    }
}

/// <summary>A number that its owner's reader parses.</summary>
/// <inheritdoc cref="ReaderText{T}"/>
internal sealed class ReaderNumber<T>(string name, string meaning, Func<T, long?> get, MemberKind kind = MemberKind.Number) : Member<T>(name, kind, meaning)
{
    public override void Show(Utf8JsonWriter json, T owner)
    {
        if (get(owner) is { } number)
        {
            json.WriteNumber(Key, number);
        }
    }
}

/// <summary>A flag that its owner's reader parses.</summary>
/// <inheritdoc cref="ReaderText{T}"/>
internal sealed class ReaderFlag<T>(string name, string meaning, Func<T, bool?> get) : Member<T>(name, MemberKind.Flag, meaning)
{
    public override void Show(Utf8JsonWriter json, T owner)
    {
        if (get(owner) is { } flag)
        {
            json.WriteBoolean(Key, flag);
        }
    }
}

/// <summary>A value of any type that its owner's reader parses.</summary>
/// <param name="name">The name in JSON.</param>
/// <param name="meaning">The meaning, in sentences.</param>
/// <param name="get">Returns the value to show, as JSON; null for none.</param>
internal sealed class ReaderValue<T>(string name, string meaning, Func<T, string?> get) : Member<T>(name, MemberKind.Any, meaning)
{
    public override void Show(Utf8JsonWriter json, T owner)
    {
        if (get(owner) is { } text)
        {
            json.WritePropertyName(Key);
            JsonElement.Parse(text).WriteTo(json);
        }
    }
}

/// <summary>A member that dedicated code parses and writes.</summary>
/// <param name="name">The name in JSON.</param>
/// <param name="kind">The JSON type.</param>
/// <param name="meaning">The meaning, in sentences.</param>
/// <param name="show">Writes the name and the value, or nothing.</param>
internal sealed class ReaderMember<T>(string name, MemberKind kind, string meaning, Action<Utf8JsonWriter, JsonEncodedText, T> show) : Member<T>(name, kind, meaning)
{
    public override void Show(Utf8JsonWriter json, T owner) => show(json, Key, owner);
}

/// <summary>An object with its own reader.</summary>
/// <param name="name">The name in JSON.</param>
/// <param name="inner">The description of the object.</param>
/// <param name="has">Returns true if the owner has the object.</param>
/// <param name="get">Returns the object of an owner that has it.</param>
internal sealed class ReaderObject<T, TInner>(string name, Description<TInner> inner, Func<T, bool> has, Func<T, TInner> get)
    : Member<T>(name, MemberKind.Object, inner.Meaning)
{
    public override IDescription? Inner => inner;

    public override void Show(Utf8JsonWriter json, T owner)
    {
        if (has(owner))
        {
            json.WritePropertyName(Key);
            inner.Show(json, get(owner));
        }
    }
}
