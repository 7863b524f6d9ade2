using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Model.Descriptions;

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
