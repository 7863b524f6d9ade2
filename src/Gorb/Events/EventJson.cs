using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gorb.Model;

namespace Gorb.Events;

/// <summary>Writes events as single lines of JSON, as the stream requires.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Event))]
internal sealed partial class EventJson : JsonSerializerContext
{
    /// <summary>Quotes and letters of all scripts are not escaped.</summary>
    public static EventJson Plain => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
