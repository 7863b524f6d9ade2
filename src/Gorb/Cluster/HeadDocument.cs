using System.Text.Json;
using System.Text.Json.Serialization;
using Gorb.Model;

namespace Gorb.Cluster;

/// <summary>Who changed the cluster's table last.</summary>
/// <param name="Director">The director at which the change was made.</param>
/// <param name="Authors">The authors. Several edits of one director can be one change.</param>
internal sealed record HeadDocument(string Director, IReadOnlyList<HeadAuthor> Authors)
{
    /// <summary>True if that director waits until all have the change, so that they tell it without a pause.</summary>
    public bool? IsAwaited { get; init; }

    /// <summary>Makes the document of a change.</summary>
    /// <param name="director">The director that makes it.</param>
    /// <param name="edits">The edits that were not refused, in their order.</param>
    public static HeadDocument Of(string director, IReadOnlyCollection<SharedEdit> edits)
    {
        var authors = edits.GroupBy(static edit => (edit.Origin.Actor, edit.Origin.Source))
            .Select(static edits => new HeadAuthor(edits.Key.Actor, edits.Key.Source, [.. edits.SelectMany(static edit => edit.Made!.Touched).Distinct()])).ToList();
        return new HeadDocument(director, authors is [var only] ? [only with { Services = null }] : authors) { IsAwaited = edits.Any(static edit => edit.Origin.Request is { AwaitsAll: true }) ? true : null };
    }

    /// <summary>The author of the change of a service; null if it is not known.</summary>
    public ChangeOrigin? FindAuthor(string service) =>
        Authors.LastOrDefault(author => author.Services?.Contains(service) != false) is { } author ? new ChangeOrigin(author.Actor, author.Source, Director: Director) : null;

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, HeadJson.Default.HeadDocument);

    /// <summary>Reads a document; members that a later version adds are left out.</summary>
    /// <returns>Null if it names no author, or cannot be read.</returns>
    public static HeadDocument? Read(ReadOnlyMemory<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize(text.Span, HeadJson.Default.HeadDocument) is { Director: not null, Authors: not null } document && document.Authors.All(static author => author?.Actor is not null) ? document : null;
        }
        catch (JsonException)
        {
            return null; // the move of a large change to its own keys, or another version
        }
    }
}

/// <summary>An author.</summary>
/// <param name="Actor">Who.</param>
/// <param name="Source">The source that declares the change; null if none does.</param>
/// <param name="Services">The services that the author changed; null for all of the change.</param>
internal sealed record HeadAuthor(string Actor, string? Source, IReadOnlyList<string>? Services);

/// <summary>The serializer of the document, generated at build time because native AOT has no reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HeadDocument))]
internal sealed partial class HeadJson : JsonSerializerContext;
