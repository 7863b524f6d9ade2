using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gorb.Documents;

/// <summary>JSON serialization of bodies, documents and errors; generated at build time, because native AOT does not support serialization by reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ErrorView))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class BodyJson : JsonSerializerContext;
