using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Gorb.Documents.Yaml;
using Gorb.Model;
using Gorb.Model.Text;

namespace Gorb.Documents;

/// <summary>A document in JSON or YAML: its text and its parsed content.</summary>
internal sealed class ConfigDocument : IDisposable
{
    /// <summary>The maximum size of a document, in bytes; over 100,000 backends fit.</summary>
    public const long MaxBytes = 64 * 1024 * 1024;

    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 32 };

    private readonly ReadOnlyMemory<byte> _text;

    private readonly JsonDocument _document;

    private ConfigDocument(ReadOnlyMemory<byte> text, JsonDocument document) => (_text, _document) = (text, document);

    public JsonElement Root => _document.RootElement;

    /// <param name="text">The document. A text that starts with a brace is JSON or YAML in flow style; any other text is YAML.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="RequestException">The text is neither; the problem has its position.</exception>
    public static ConfigDocument Read(ReadOnlyMemory<byte> text, CancellationToken cancellationToken = default)
    {
        text = ByteOrderMark.ToUtf8(text);
        CheckUtf8(text.Span);
        var first = text.Span.IndexOfAnyExcept(" \t\r\n"u8);
        return first >= 0 && text.Span[first] == '{'
            ? ReadJson(text, cancellationToken)
            : ReadYaml(text, YamlReader.ToJson(Encoding.UTF8.GetString(text.Span), null, cancellationToken));
    }

    /// <summary>Resolves the hosts of the document and calls <paramref name="use"/>; problems get their positions in the document.</summary>
    /// <exception cref="RequestException">The document is invalid.</exception>
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

    /// <summary>Adds to each problem the position of its field in the document.</summary>
    private IReadOnlyList<Problem> Locate(IReadOnlyList<Problem> problems, CancellationToken cancellationToken)
    {
        if (problems.All(problem => problem.Field is null))
        {
            return problems;
        }

        var places = problems.Select(problem => problem.Field).OfType<string>().Distinct().ToDictionary(field => field, _ => (TextPosition?)null);
        var missing = places.Count;
        try
        {
            // JSON is also YAML, so one reader finds the positions in both.
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
            // a JSON text that is not YAML from here on: later problems have a field but no position
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

        throw RequestException.Invalid(new Problem(null, null, "this byte is not UTF-8") { Place = TextPosition.Of(text, valid) });
    }

    private static ConfigDocument ReadYaml(ReadOnlyMemory<byte> text, ReadOnlyMemory<byte> json) => new(text, JsonDocument.Parse(json, Shallow));

    private static ConfigDocument ReadJson(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text, Shallow);
        }
        catch (JsonException error)
        {
            return ReadFlow(text, error, cancellationToken);
        }

        var read = new ConfigDocument(text, document);
        return LoneSurrogates.Find(text.Span, read.Root) is { Count: > 0 } halves ? throw RequestException.Invalid(read.Locate(ProblemList.Tell(halves), cancellationToken)) : read;
    }

    /// <summary>Reads a text that is not JSON as YAML: <c>{services: {}}</c>, or JSON with comments. If both parsers fail, the error is from the one that got further.</summary>
    private static ConfigDocument ReadFlow(ReadOnlyMemory<byte> text, JsonException notJson, CancellationToken cancellationToken)
    {
        try
        {
            return ReadYaml(text, YamlReader.Parse(Encoding.UTF8.GetString(text.Span), null, cancellationToken));
        }
        catch (YamlSyntaxException notYaml)
        {
            var place = new TextPosition((int)(notJson.LineNumber ?? 0) + 1, (int)(notJson.BytePositionInLine ?? 0) + 1);
            var isJson = (place.Line, place.Column).CompareTo((notYaml.Problem.Place!.Value.Line, notYaml.Problem.Place.Value.Column)) >= 0;
            throw RequestException.Invalid(isJson ? new Problem(null, null, $"this is not JSON: {notJson.Message}") { Place = place } : notYaml.Problem);
        }
    }
}
