using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Model.Descriptions;

namespace Gorb.Documents.Checks;

/// <summary>Writes checks in the input format, with defaults filled in. Equal checks result in equal texts.</summary>
internal static class PulseWriter
{
    /// <summary>Writes an object for one check, a list for several.</summary>
    public static string Write(ValueList<PulseOptions> checks)
    {
        var buffer = new ArrayBufferWriter<byte>();
        // The text is used in JSON bodies only, never in HTML, so only the escapes that JSON requires are needed.
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(json, checks);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, ValueList<PulseOptions> checks)
    {
        if (checks.Count == 1)
        {
            PulseDescription.All.Show(json, checks[0]);
            return;
        }

        json.WriteStartArray();
        foreach (var check in checks)
        {
            PulseDescription.All.Show(json, check);
        }

        json.WriteEndArray();
    }
}
