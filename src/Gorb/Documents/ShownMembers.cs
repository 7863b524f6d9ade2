using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gorb.Model;
using Gorb.Model.Descriptions;

namespace Gorb.Documents;

/// <summary>
/// The members of a service or backend as a document shows them, in one buffer that is used again: the audit compares two objects for each change, and trees of nodes
/// would take ten times as long.
/// </summary>
internal sealed class ShownMembers
{
    private readonly ArrayBufferWriter<byte> _text = new(1024);
    private readonly List<(Range Name, Range Value)> _members = [];

    public int Count => _members.Count;

    /// <summary>Becomes the members of nothing.</summary>
    public void Clear() => _members.Clear();

    /// <summary>Becomes the members of a service, without empty ones.</summary>
    public void Read(ServiceSpec spec)
    {
        Read(spec, static (json, spec) => ServiceDescription.All.ShowMembers(json, spec));
        if ((Find("persistence"u8) >= 0 || spec.Persistence is null) && Find("persistent"u8) is var redundant and >= 0)
        {
            _members.RemoveAt(redundant);
        }
    }

    /// <summary>Becomes the members of a backend and the operator's overrides, without empty ones.</summary>
    public void Read(Backend backend) => Read(backend, static (json, backend) =>
    {
        BackendDescription.All.ShowMembers(json, backend.Spec);
        if (OperatorView.Of(backend.Operator) is { } words)
        {
            json.WritePropertyName("operator"u8);
            JsonSerializer.Serialize(json, words, ConfigJson.Default.OperatorView);
        }
    });

    public ReadOnlySpan<byte> Name(int index) => _text.WrittenSpan[_members[index].Name];

    /// <summary>The value as JSON.</summary>
    public ReadOnlySpan<byte> Value(int index) => _text.WrittenSpan[_members[index].Value];

    /// <summary>The value as a node of its own.</summary>
    public JsonNode? Node(int index) => JsonNode.Parse(Value(index));

    /// <summary>Appends the value in words: a text without quotes, anything else as JSON.</summary>
    public void AppendValue(StringBuilder words, int index)
    {
        var value = Value(index);
        if (value[0] is (byte)'{' or (byte)'[')
        {
            words.Append(Node(index)!.ToJsonString());
        }
        else if (value[0] != (byte)'"')
        {
            Append(words, value);
        }
        else if (value.Contains((byte)'\\'))
        {
            words.Append(Node(index)!.GetValue<string>());
        }
        else
        {
            Append(words, value[1..^1]);
        }
    }

    /// <returns>The index of a member; -1 if there is none of the name.</returns>
    public int Find(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _members.Count; i++)
        {
            if (Name(i).SequenceEqual(name))
            {
                return i;
            }
        }

        return -1;
    }

    public static void Append(StringBuilder words, ReadOnlySpan<byte> text)
    {
        Span<char> some = stackalloc char[64]; // its clearing takes longer than most texts
        if (text.Length <= some.Length)
        {
            words.Append(some[..Encoding.UTF8.GetChars(text, some)]);
        }
        else
        {
            words.Append(Encoding.UTF8.GetString(text));
        }
    }

    private void Read<T>(T owner, Action<Utf8JsonWriter, T> show)
    {
        _members.Clear();
        _text.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_text))
        {
            json.WriteStartObject();
            show(json, owner);
            json.WriteEndObject();
        }

        var reader = new Utf8JsonReader(_text.WrittenSpan);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex + 1;
            var name = start..(start + reader.ValueSpan.Length);
            reader.Read();
            var at = (int)reader.TokenStartIndex;
            var isEmpty = reader.TokenType == JsonTokenType.String && reader.ValueSpan.IsEmpty;
            reader.Skip();
            if (!isEmpty)
            {
                _members.Add((name, at..(int)reader.BytesConsumed));
            }
        }
    }
}
