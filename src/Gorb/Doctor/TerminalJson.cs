using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gorb.Doctor;

/// <summary>JSON that people read in a terminal, of the doctor and of gorb why.</summary>
internal static class TerminalJson
{
    /// <summary>The options of a serializer, except that quotes and non-ASCII letters are not escaped.</summary>
    public static JsonSerializerOptions OptionsOf(JsonSerializerContext serializer) => new(serializer.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
