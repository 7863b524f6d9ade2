using System.Text.Json;

namespace Gorb.Model.Descriptions;

/// <summary>A member whose value is validated by itself. If it is absent in a body or in the store, it has the value of a new owner.</summary>
internal abstract class ValueMember<T>(string name, MemberKind kind, string meaning) : Member<T>(name, kind, meaning)
{
    /// <summary>True if the owner's reader reads the member by name, because other members depend on it; otherwise it is read with its section.</summary>
    public bool IsReadByName { get; init; }

    /// <summary>The name in the store, which never changes; null if the codec stores the member in dedicated code, because most owners have it.</summary>
    public string? StoredName
    {
        get;
        init
        {
            field = value;
            StoredKey = JsonEncodedText.Encode(value ?? "");
        }
    } = name;

    /// <summary>The encoded <see cref="StoredName"/>.</summary>
    public JsonEncodedText StoredKey { get; private init; } = JsonEncodedText.Encode(name);

    /// <summary>Parses a value, which is neither null nor "", into the owner.</summary>
    /// <returns>The error, with which the owner is unchanged; null if there is none.</returns>
    public abstract Fault? Read(JsonElement value, ref T owner);

    /// <summary>Writes the member for the store, unless it has the value of a new owner.</summary>
    public abstract void Store(Utf8JsonWriter json, T owner);

    /// <summary>Restores the stored value at which the reader is positioned.</summary>
    /// <exception cref="JsonException">The stored value is invalid.</exception>
    public abstract void Restore(ref Utf8JsonReader json, ref T owner);
}

/// <summary>A member with a value of one type.</summary>
/// <param name="name">The name in JSON.</param>
/// <param name="kind">The JSON type.</param>
/// <param name="meaning">The meaning, in sentences.</param>
/// <param name="get">Returns the value.</param>
/// <param name="set">Returns the owner with another value.</param>
internal abstract class ValueMember<T, TValue>(string name, MemberKind kind, string meaning, Func<T, TValue> get, Func<T, TValue, T> set)
    : ValueMember<T>(name, kind, meaning)
{
    /// <summary>
    /// The value of a new owner. It is not stored, so it must never change, even if the API's default does; it is shown only if <see cref="IsAlwaysShown"/> is true.
    /// </summary>
    public TValue? Usual { get; init; }

    public bool IsAlwaysShown { get; init; }

    public sealed override Fault? Read(JsonElement value, ref T owner)
    {
        var fault = Parse(value, out var read);
        if (fault is null)
        {
            owner = set(owner, read);
        }

        return fault;
    }

    public sealed override void Show(Utf8JsonWriter json, T owner)
    {
        var value = get(owner);
        if (IsAlwaysShown || !IsUsual(value))
        {
            json.WritePropertyName(Key);
            Write(json, value);
        }
    }

    public sealed override void Store(Utf8JsonWriter json, T owner)
    {
        var value = get(owner);
        if (!IsUsual(value))
        {
            json.WritePropertyName(StoredKey);
            WriteStored(json, value);
        }
    }

    public sealed override void Restore(ref Utf8JsonReader json, ref T owner) => owner = set(owner, ReadStored(ref json));

    /// <summary>Parses a value of a body, which is neither null nor "".</summary>
    /// <returns>The error, or null.</returns>
    public abstract Fault? Parse(JsonElement given, out TValue value);

    /// <summary>Writes a value in the format of request bodies.</summary>
    protected abstract void Write(Utf8JsonWriter json, TValue value);

    protected virtual void WriteStored(Utf8JsonWriter json, TValue value) => Write(json, value);

    protected abstract TValue ReadStored(ref Utf8JsonReader json);

    private bool IsUsual(TValue value) => EqualityComparer<TValue>.Default.Equals(value, Usual!);
}
