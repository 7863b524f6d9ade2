using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gorb.Documents;

/// <summary>How bodies, documents and errors are read and written as JSON; generated at build time, for native AOT has no reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ErrorView))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class BodyJson : JsonSerializerContext;
