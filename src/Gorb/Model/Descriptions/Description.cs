using System.Buffers;
using System.Text.Json;

namespace Gorb.Model.Descriptions;

/// <summary>The description of an API object, as the documentation uses it.</summary>
internal interface IDescription
{
    /// <summary>The name of the schema.</summary>
    string Name { get; }

    /// <summary>The meaning, in one sentence.</summary>
    string Meaning { get; }

    /// <summary>The members, in output order.</summary>
    IReadOnlyList<IMember> Members { get; }
}

/// <summary>The description of an API object: all members, in output order.</summary>
/// <param name="name">The name of the schema.</param>
/// <param name="meaning">The meaning, in one sentence.</param>
/// <param name="members">The members.</param>
internal sealed class Description<T>(string name, string meaning, params Member<T>[] members) : IDescription
{
    /// <summary>The buffer for conversions to JSON, reused because a document has thousands of objects.</summary>
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _text;

    private readonly ValueMember<T>[] _stored = [.. members.OfType<ValueMember<T>>().Where(static member => member.StoredName is not null)];

    public string Name => name;

    public string Meaning => meaning;

    public IReadOnlyList<IMember> Members => members;

    /// <summary>Returns the members of a section that are validated by themselves.</summary>
    public ValueMember<T>[] Alone(Section section) =>
        [.. members.OfType<ValueMember<T>>().Where(member => member.Section == section && !member.IsReadByName)];

    /// <summary>Writes an object in the format of request bodies, so that it can be read back.</summary>
    public void Show(Utf8JsonWriter json, T value)
    {
        json.WriteStartObject();
        ShowMembers(json, value);
        json.WriteEndObject();
    }

    /// <summary>Writes the members; the caller writes the start and end of the object.</summary>
    public void ShowMembers(Utf8JsonWriter json, T value)
    {
        foreach (var member in members)
        {
            member.Show(json, value);
        }
    }

    /// <summary>Converts an object to a JSON element.</summary>
    public JsonElement ToElement(T value)
    {
        _text ??= new ArrayBufferWriter<byte>();
        _text.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_text))
        {
            Show(json, value);
        }

        return JsonElement.Parse(_text.WrittenSpan);
    }

    /// <summary>Writes the members that the store saves through their descriptions.</summary>
    public void Store(Utf8JsonWriter json, T value)
    {
        foreach (var member in _stored)
        {
            member.Store(json, value);
        }
    }

    /// <summary>Restores the stored member at whose name the reader is positioned.</summary>
    /// <returns>False if no member is stored under the name; the reader does not advance.</returns>
    /// <exception cref="JsonException">The stored value is invalid.</exception>
    public bool TryRestore(ref Utf8JsonReader json, ref T owner)
    {
        foreach (var member in _stored)
        {
            if (json.ValueTextEquals(member.StoredKey.EncodedUtf8Bytes))
            {
                json.Read();
                member.Restore(ref json, ref owner);
                return true;
            }
        }

        return false;
    }
}
