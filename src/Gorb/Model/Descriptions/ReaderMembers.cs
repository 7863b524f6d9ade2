using System.Text.Json;

namespace Gorb.Model.Descriptions;

// Members that are judged together with others (the address of a service, say): the reader of their owner reads them, and the codec stores them, by hand.

/// <summary>A text that is read by hand.</summary>
/// <param name="name">Its name in JSON.</param>
/// <param name="meaning">What it is, in sentences.</param>
/// <param name="get">What is shown; null for nothing.</param>
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

/// <summary>A number that is read by hand.</summary>
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

/// <summary>A flag that is read by hand.</summary>
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

/// <summary>A value of any kind that is read by hand.</summary>
/// <param name="name">Its name in JSON.</param>
/// <param name="meaning">What it is, in sentences.</param>
/// <param name="get">What is shown, as JSON; null for nothing.</param>
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

/// <summary>A member that is read and written by hand.</summary>
/// <param name="name">Its name in JSON.</param>
/// <param name="kind">What it holds.</param>
/// <param name="meaning">What it is, in sentences.</param>
/// <param name="show">Writes its name and its value, or nothing.</param>
internal sealed class ReaderMember<T>(string name, MemberKind kind, string meaning, Action<Utf8JsonWriter, JsonEncodedText, T> show) : Member<T>(name, kind, meaning)
{
    public override void Show(Utf8JsonWriter json, T owner) => show(json, Key, owner);
}

/// <summary>An object with a reader of its own.</summary>
/// <param name="name">Its name in JSON.</param>
/// <param name="inner">Its description.</param>
/// <param name="has">Whether the owner has one.</param>
/// <param name="get">The object, of an owner that has one.</param>
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
