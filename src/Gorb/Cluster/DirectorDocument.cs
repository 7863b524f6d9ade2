using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gorb.Cluster;

/// <summary>What a director tells the others of itself, under its lease.</summary>
/// <param name="Run">What tells this run of its daemon from others.</param>
/// <param name="Version">Its version of Gorb.</param>
/// <param name="Revision">The revision of the cluster's table that its kernel has.</param>
/// <param name="Since">Since when it runs.</param>
/// <param name="Down">The backends that are down by its checks, as SERVICE/BACKEND.</param>
/// <param name="Idle">The draining backends without a connection in its kernel, as SERVICE/BACKEND with the deadline of the drain.</param>
/// <param name="Refused">The services that its kernel refuses.</param>
internal sealed record DirectorDocument(string Run, string Version, long Revision, DateTimeOffset Since, IReadOnlyList<string> Down, IReadOnlyList<string> Idle, IReadOnlyList<string> Refused)
{
    /// <summary>The maximum number of names in each list: what is told is bounded.</summary>
    public const int MaxNames = 2000;

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, DirectorJson.Default.DirectorDocument);

    /// <summary>Reads a document; members that a later version adds are left out.</summary>
    /// <returns>Null if it cannot be read.</returns>
    public static DirectorDocument? Read(ReadOnlyMemory<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize(text.Span, DirectorJson.Default.DirectorDocument) is { Run: not null, Version: not null, Down: not null, Idle: not null, Refused: not null } document ? document : null;
        }
        catch (JsonException)
        {
            return null; // of another version: its director is shown without it
        }
    }
}

/// <summary>The serializer of the document, generated at build time because native AOT has no reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DirectorDocument))]
internal sealed partial class DirectorJson : JsonSerializerContext;
