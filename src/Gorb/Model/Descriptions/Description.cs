using System.Buffers;
using System.Text.Json;

namespace Gorb.Model.Descriptions;

/// <summary>What the documentation says of an object of the API.</summary>
internal interface IDescription
{
    /// <summary>The name of its schema.</summary>
    string Name { get; }

    /// <summary>What it is, in a sentence.</summary>
    string Meaning { get; }

    /// <summary>Its members, in the order in which they are shown.</summary>
    IReadOnlyList<IMember> Members { get; }
}

/// <summary>An object of the API: all of its members, in the order in which they are shown.</summary>
/// <param name="name">The name of its schema.</param>
/// <param name="meaning">What it is, in a sentence.</param>
/// <param name="members">Its members.</param>
internal sealed class Description<T>(string name, string meaning, params Member<T>[] members) : IDescription
{
    /// <summary>What a document writes ten thousand objects into, one after the other.</summary>
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _text;

    private readonly ValueMember<T>[] _stored = [.. members.OfType<ValueMember<T>>().Where(static member => member.StoredName is not null)];

    public string Name => name;

    public string Meaning => meaning;

    public IReadOnlyList<IMember> Members => members;

    /// <summary>The members that are judged alone, of one section.</summary>
    public ValueMember<T>[] Alone(Section section) =>
        [.. members.OfType<ValueMember<T>>().Where(member => member.Section == section && !member.IsReadByName)];

    /// <summary>Writes an object as bodies have it: read again, it means the same.</summary>
    public void Show(Utf8JsonWriter json, T value)
    {
        json.WriteStartObject();
        ShowMembers(json, value);
        json.WriteEndObject();
    }

    /// <summary>Writes the members of an object that is begun.</summary>
    public void ShowMembers(Utf8JsonWriter json, T value)
    {
        foreach (var member in members)
        {
            member.Show(json, value);
        }
    }

    /// <summary>The same as a value of JSON.</summary>
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

    /// <summary>Writes the members that the store has by their descriptions.</summary>
    public void Store(Utf8JsonWriter json, T value)
    {
        foreach (var member in _stored)
        {
            member.Store(json, value);
        }
    }

    /// <summary>Takes the stored member whose name the reader has come to, with its value.</summary>
    /// <returns>False when no member is stored under the name; the reader stays there.</returns>
    /// <exception cref="JsonException">The value is not what was written.</exception>
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
