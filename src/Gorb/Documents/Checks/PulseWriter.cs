using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Model.Text;

namespace Gorb.Documents.Checks;

/// <summary>Writes checks in the form in which they are read, defaults filled in: equal checks give equal texts.</summary>
internal static class PulseWriter
{
    /// <summary>An object for one check, a list for several.</summary>
    public static string Write(ValueList<PulseOptions> checks)
    {
        var buffer = new ArrayBufferWriter<byte>();
        // The text goes into JSON bodies only, never into a page, so nothing but what JSON demands is escaped.
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(json, checks);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The same, for an answer's body.</summary>
    public static JsonElement ToElement(ValueList<PulseOptions> checks)
    {
        using var document = JsonDocument.Parse(Write(checks));
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter json, ValueList<PulseOptions> checks)
    {
        if (checks.Count == 1)
        {
            Write(json, checks[0]);
            return;
        }

        json.WriteStartArray();
        foreach (var check in checks)
        {
            Write(json, check);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, PulseOptions check)
    {
        json.WriteStartObject();
        json.WriteString("type", check.Args.Type);
        json.WriteString("interval", Duration.Format(check.Interval));
        json.WriteString("timeout", Duration.Format(check.Timeout));
        json.WriteNumber("rise", check.Rise);
        json.WriteNumber("fall", check.Fall);
        if (check.BackOff is { } longest)
        {
            json.WriteString("backoff", Duration.Format(longest));
        }

        json.WriteStartObject("args");
        ArgsWriter.Write(json, check.Args);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
