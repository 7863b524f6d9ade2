using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gorb.Cli.Show;

/// <summary>Lists of answers, each with the name that was asked for as its first member.</summary>
internal static class NamedObjects
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The objects as a list in JSON.</summary>
    public static JsonElement Of(IEnumerable<(string Name, JsonElement Json)> objects)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartArray();
            foreach (var (name, json) in objects)
            {
                writer.WriteStartObject();
                writer.WriteString("name", name);
                foreach (var member in json.EnumerateObject())
                {
                    member.WriteTo(writer);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        using var document = JsonDocument.Parse(text.WrittenMemory);
        return document.RootElement.Clone();
    }

    /// <summary>JSON as people read it.</summary>
    public static string Indent(JsonElement json)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text, Indented))
        {
            json.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(text.WrittenSpan) + "\n";
    }
}
