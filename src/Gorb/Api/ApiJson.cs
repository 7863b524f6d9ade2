using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gorb.Documents;

namespace Gorb.Api;

/// <summary>How the API writes JSON; generated at build time, for native AOT has no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    IndentCharacter = '\t',
    IndentSize = 1)]
[JsonSerializable(typeof(ServiceView))]
[JsonSerializable(typeof(BackendView))]
[JsonSerializable(typeof(IpvsView))]
[JsonSerializable(typeof(DeclarationView))]
[JsonSerializable(typeof(IReadOnlyList<SourceView>))]
[JsonSerializable(typeof(ErrorView))]
[JsonSerializable(typeof(ReadinessView))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>The same, for texts that people read in a terminal: quotes and letters of all scripts stand as they are.</summary>
    public static ApiJson Plain => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
