using System.Text.Json.Serialization;

namespace Gorb.Documents;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    IndentCharacter = '\t',
    IndentSize = 1)]
[JsonSerializable(typeof(DiffView))]
[JsonSerializable(typeof(DeclarationView))]
[JsonSerializable(typeof(OperatorView))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonObject))]
internal sealed partial class ConfigJson : JsonSerializerContext;
