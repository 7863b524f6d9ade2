using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gorb.Documents;

namespace Gorb.Api;

/// <summary>The JSON serializer of the API, generated at build time because native AOT has no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    IndentCharacter = '\t',
    IndentSize = 1)]
[JsonSerializable(typeof(ServiceView))]
[JsonSerializable(typeof(BackendView))]
[JsonSerializable(typeof(IpvsView))]
[JsonSerializable(typeof(SysctlView))]
[JsonSerializable(typeof(DirectorView))]
[JsonSerializable(typeof(IReadOnlyList<VipView>))]
[JsonSerializable(typeof(ClusterView))]
[JsonSerializable(typeof(DeclarationView))]
[JsonSerializable(typeof(IReadOnlyList<SourceView>))]
[JsonSerializable(typeof(ErrorView))]
[JsonSerializable(typeof(ReadinessView))]
[JsonSerializable(typeof(IReadOnlyList<TokenView>))]
[JsonSerializable(typeof(CreatedTokenView))]
[JsonSerializable(typeof(AccessView))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>The serializer for texts that people read in a terminal: quotes and non-ASCII letters are not escaped.</summary>
    public static ApiJson Plain => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
