using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Gorb.Documents;
using Gorb.Model;
using Gorb.Model.Text;

namespace Gorb.Api;

/// <summary>A request's body: one JSON object. The content type is ignored, because curl -d sends a form's.</summary>
/// <param name="Json">The object.</param>
/// <param name="Host">The addresses of its member <c>host</c>.</param>
internal readonly record struct JsonRequestBody(JsonElement Json, ResolvedHost Host)
{
    /// <summary>The maximum size of the body of a service or backend. Real bodies are far smaller.</summary>
    public const long MaxBytes = 1024 * 1024;

    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 32 };

    /// <summary>True when the client only wants to create the object: If-None-Match: * (RFC 9110, 13.1.2).</summary>
    public static bool IsCreateOnly(HttpRequest request) => request.Headers.IfNoneMatch == "*";

    /// <summary>Reads the body and resolves its host. Long bodies are parsed on a thread of the pool.</summary>
    /// <exception cref="RequestException">The body is not one JSON object.</exception>
    /// <exception cref="BadHttpRequestException">The body is too large.</exception>
    public static async ValueTask<JsonRequestBody> ReadAsync(HttpRequest request)
    {
        var json = await ReadJsonAsync(request);
        return new JsonRequestBody(json, await ResolveHostAsync(json, request.HttpContext.RequestAborted));
    }

    /// <summary>Reads the body of an object without a host.</summary>
    /// <exception cref="RequestException">The body is not one JSON object.</exception>
    /// <exception cref="BadHttpRequestException">The body is too large.</exception>
    public static async ValueTask<JsonElement> ReadJsonAsync(HttpRequest request)
    {
        var reader = request.BodyReader;
        var read = await reader.ReadAsync(request.HttpContext.RequestAborted);
        while (!read.IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await reader.ReadAsync(request.HttpContext.RequestAborted);
        }

        try
        {
            if (read.Buffer.Length >= SocketThread.LongBodyBytes)
            {
                await SocketThread.LeaveAsync();
            }

            return Parse(read.Buffer.IsSingleSegment ? read.Buffer.FirstSpan : read.Buffer.ToArray());
        }
        finally
        {
            reader.AdvanceTo(read.Buffer.End); // also after an error, so that the connection stays usable
        }
    }

    private static JsonElement Parse(ReadOnlySpan<byte> text)
    {
        text = ByteOrderMark.Skip(text);
        if (!Utf8.IsValid(text))
        {
            throw RequestException.Invalid(new Problem(null, null, "the body is not UTF-8, which JSON must be (RFC 8259, 8.1)"));
        }

        try
        {
            var body = JsonElement.Parse(text, Shallow);
            return body.ValueKind == JsonValueKind.Object
                ? Check(body, text)
                : throw RequestException.Invalid(new Problem(null, null, "the body must be one JSON object, such as {\"host\": \"10.0.0.1\", \"port\": 80}"));
        }
        catch (JsonException error)
        {
            throw RequestException.Invalid(new Problem(null, null, $"the body is not JSON: {error.Message}"));
        }
    }

    private static JsonElement Check(JsonElement body, ReadOnlySpan<byte> text)
    {
        if (LoneSurrogates.Find(text, body) is { Count: > 0 } halves)
        {
            throw RequestException.Invalid(halves);
        }

        var problems = new ProblemList();
        return BodyShape.Check(body, FieldPath.Root, problems) && problems.Count == 0 ? body : throw RequestException.Invalid(problems);
    }

    private static Task<ResolvedHost> ResolveHostAsync(JsonElement body, CancellationToken cancellationToken) =>
        ResolvedHost.ResolveAsync(
            body.TryGetProperty("host", out var host) && host.ValueKind == JsonValueKind.String ? host.GetString() : null, cancellationToken);
}
