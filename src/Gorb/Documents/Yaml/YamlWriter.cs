using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gorb.Documents.Yaml;

/// <summary>Writes JSON as YAML in block style, which every YAML parser, of version 1.1 or 1.2, reads back as the same JSON.</summary>
internal sealed class YamlWriter
{
    /// <summary>The maximum length of an implicit key, below the limit of 1024 characters (YAML 1.2, 7.4); a longer key is written with a question mark.</summary>
    private const int MaxImplicitKey = 1000;

    private readonly StringBuilder _text = new();

    private YamlWriter()
    {
    }

    public static string Write(JsonNode root)
    {
        var writer = new YamlWriter();
        writer.WriteNode(root, 0);
        return writer._text.Append('\n').ToString();
    }

    /// <summary>Writes a node at the end of the current line; its further lines are indented.</summary>
    private void WriteNode(JsonNode? node, int indent)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } map:
                WriteMap(map, indent);
                break;
            case JsonArray { Count: > 0 } list:
                WriteList(list, indent);
                break;
            default:
                _text.Append(node switch
                {
                    JsonObject => "{}",
                    JsonArray => "[]",
                    null => "null",
                    _ when node.GetValueKind() == JsonValueKind.String => YamlText.Write(node.GetValue<string>()),
                    _ when node.GetValueKind() == JsonValueKind.Number => YamlText.WriteNumber(node.ToJsonString()),
                    _ => node.ToJsonString(),
                });
                break;
        }
    }

    private void WriteMap(JsonObject map, int indent)
    {
        var isFirst = true;
        foreach (var (key, value) in map)
        {
            Separate(ref isFirst, indent);
            WriteKey(YamlText.Write(key), indent);
            if (value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
            {
                BreakLine(indent + 2);
                WriteNode(value, indent + 2);
            }
            else
            {
                _text.Append(' ');
                WriteNode(value, indent);
            }
        }
    }

    private void WriteKey(string key, int indent)
    {
        if (key.Length <= MaxImplicitKey)
        {
            _text.Append(key).Append(':');
            return;
        }

        _text.Append("? ").Append(key);
        BreakLine(indent);
        _text.Append(':');
    }

    private void WriteList(JsonArray list, int indent)
    {
        var isFirst = true;
        foreach (var value in list)
        {
            Separate(ref isFirst, indent);
            _text.Append("- ");
            WriteNode(value, indent + 2);
        }
    }

    private void Separate(ref bool isFirst, int indent)
    {
        if (!isFirst)
        {
            BreakLine(indent);
        }

        isFirst = false;
    }

    private void BreakLine(int indent) => _text.Append('\n').Append(' ', indent);
}
