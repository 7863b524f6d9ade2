using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Gorb.Api;
using Gorb.Balancing;
using Gorb.Text;

namespace Gorb.Config;

/// <summary>The text of a document, JSON or YAML, and what it says.</summary>
internal sealed class ConfigText : IDisposable
{
    /// <summary>Largest document: over 100,000 backends fit.</summary>
    public const long MostBytes = 64 * 1024 * 1024;

    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 32 };

    private readonly ReadOnlyMemory<byte> _text;

    private readonly JsonDocument _document;

    private ConfigText(ReadOnlyMemory<byte> text, JsonDocument document) => (_text, _document) = (text, document);

    public JsonElement Root => _document.RootElement;

    /// <param name="text">The document. A text that begins with a brace is JSON, any other YAML.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="RequestException">It is neither; the problem has its place.</exception>
    public static ConfigText Read(ReadOnlyMemory<byte> text, CancellationToken cancellationToken = default)
    {
        if (text.Span.StartsWith("\uFEFF"u8))
        {
            text = text[3..];
        }

        CheckUtf8(text.Span);
        var first = text.Span.IndexOfAnyExcept(" \t\r\n"u8);
        return first >= 0 && text.Span[first] == '{'
            ? ReadJson(text, cancellationToken)
            : new ConfigText(text, JsonDocument.Parse(YamlReader.ToJson(Encoding.UTF8.GetString(text.Span), null, cancellationToken), Shallow));
    }

    /// <summary>Resolves the document's hosts and uses it; problems come back with their places.</summary>
    /// <exception cref="RequestException">Something in the document is wrong.</exception>
    public async Task UseAsync(Func<ConfigHosts, Task> use, CancellationToken cancellationToken)
    {
        var hosts = await ConfigHosts.ResolveAsync(Root, cancellationToken);
        try
        {
            await use(hosts);
        }
        catch (RequestException error) when (error.Refusal == Refusal.Invalid)
        {
            throw RequestException.Invalid(Locate(error.Problems, cancellationToken));
        }
    }

    public void Dispose() => _document.Dispose();

    /// <summary>Says of each problem where in the document its field stands.</summary>
    private IReadOnlyList<Problem> Locate(IReadOnlyList<Problem> problems, CancellationToken cancellationToken)
    {
        if (problems.All(problem => problem.Field is null))
        {
            return problems;
        }

        var places = problems.Select(problem => problem.Field).OfType<string>().Distinct().ToDictionary(field => field, _ => (Place?)null);
        var missing = places.Count;
        try
        {
            // JSON is YAML, too, so one reader finds the places in both.
            YamlReader.ToJson(Encoding.UTF8.GetString(_text.Span), (path, place) =>
            {
                if (places.TryGetValue(path, out var found) && found is null)
                {
                    places[path] = place;
                    missing--;
                }

                return missing > 0;
            }, cancellationToken);
        }
        catch (RequestException)
        {
            // a JSON text that is no YAML from here on: what comes later has no place, and the fields alone must do
        }

        return [.. problems.Select(problem => problem.Field is { } field ? problem with { Place = problem.Place ?? places[field] } : problem)];
    }

    private static void CheckUtf8(ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
        {
            return;
        }

        var valid = 0;
        while (Rune.DecodeFromUtf8(text[valid..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            valid += length;
        }

        throw RequestException.Invalid(new Problem(null, null, "this byte is not UTF-8") { Place = Place.Of(text, valid) });
    }

    private static ConfigText ReadJson(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        try
        {
            var read = new ConfigText(text, JsonDocument.Parse(text, Shallow));
            return SurrogateHalves.Find(text.Span, read.Root) is { Count: > 0 } halves ? throw RequestException.Invalid(read.Locate(ProblemList.Tell(halves), cancellationToken)) : read;
        }
        catch (JsonException error)
        {
            throw RequestException.Invalid(new Problem(null, null, $"this is not JSON: {error.Message}")
            {
                Place = error.LineNumber is { } line ? new Place((int)line + 1, (int)(error.BytePositionInLine ?? 0) + 1) : null,
            });
        }
    }
}
