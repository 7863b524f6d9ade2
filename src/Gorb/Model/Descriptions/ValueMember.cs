using System.Text.Json;

namespace Gorb.Model.Descriptions;

/// <summary>A member whose value is right or wrong by itself. Its absence, in a body as in the store, is the value that a new owner has.</summary>
internal abstract class ValueMember<T>(string name, MemberKind kind, string meaning) : Member<T>(name, kind, meaning)
{
    /// <summary>True where the reader of the owner asks for it by name, because other members are judged by it; else all of a section are read one after the other.</summary>
    public bool IsReadByName { get; init; }

    /// <summary>Its name in the store, which never changes; null where the codec stores it by hand, because most owners have it.</summary>
    public string? StoredName
    {
        get;
        init
        {
            field = value;
            StoredKey = JsonEncodedText.Encode(value ?? "");
        }
    } = name;

    /// <summary><see cref="StoredName"/> as it is written.</summary>
    public JsonEncodedText StoredKey { get; private init; } = JsonEncodedText.Encode(name);

    /// <summary>Reads the value, which is neither null nor "", into its owner.</summary>
    /// <returns>What is wrong with it; the owner then keeps what it has.</returns>
    public abstract Fault? Read(JsonElement value, ref T owner);

    /// <summary>Writes the member for the store, unless it is the usual.</summary>
    public abstract void Store(Utf8JsonWriter json, T owner);

    /// <summary>Takes the stored value that the reader has come to.</summary>
    /// <exception cref="JsonException">It is not what was written.</exception>
    public abstract void Restore(ref Utf8JsonReader json, ref T owner);
}

/// <summary>A member of one type of value.</summary>
/// <param name="name">Its name in JSON.</param>
/// <param name="kind">What it holds.</param>
/// <param name="meaning">What it is, in sentences.</param>
/// <param name="get">Its value.</param>
/// <param name="set">Its owner with another value.</param>
internal abstract class ValueMember<T, TValue>(string name, MemberKind kind, string meaning, Func<T, TValue> get, Func<T, TValue, T> set)
    : ValueMember<T>(name, kind, meaning)
{
    /// <summary>
    /// What a new owner has. It is not stored, so that it never changes, whatever the default of the API becomes; nor is it shown, unless <see cref="IsAlwaysShown"/>.
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

    /// <summary>Reads a value of a body, which is neither null nor "".</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public abstract Fault? Parse(JsonElement given, out TValue value);

    /// <summary>Writes a value as a body has it.</summary>
    protected abstract void Write(Utf8JsonWriter json, TValue value);

    protected virtual void WriteStored(Utf8JsonWriter json, TValue value) => Write(json, value);

    protected abstract TValue ReadStored(ref Utf8JsonReader json);

    private bool IsUsual(TValue value) => EqualityComparer<TValue>.Default.Equals(value, Usual!);
}
