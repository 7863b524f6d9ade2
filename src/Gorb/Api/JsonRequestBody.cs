using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Gorb.Access;
using Gorb.Documents;
using Gorb.Model;
using Gorb.Model.Text;
using Gorb.Writer;

namespace Gorb.Api;

/// <summary>Reads a request's body as one JSON object. The content type is ignored, because curl -d sends a form's.</summary>
internal static class JsonRequestBody
{
    /// <summary>The maximum size of the body of a service or backend. Real bodies are far smaller.</summary>
    public const long MaxBytes = 1024 * 1024;

    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 32 };

    /// <summary>
    /// Reads a body against the current table and posts the result to the writer. If the objects on which the reading depends have changed before the writer applies the
    /// result, the body is read and posted again. The writer itself does not read bodies.
    /// </summary>
    /// <param name="request">The request; a disconnect of its client ends the retries.</param>
    /// <param name="balancer">The writer.</param>
    /// <param name="find">Finds the objects on which the reading depends.</param>
    /// <param name="read">Reads the body, or throws <see cref="RequestException"/>.</param>
    /// <param name="put">Puts the result into the table.</param>
    public static async Task ChangeAsync<TBasis, TSpec>(
        HttpRequest request, Balancer balancer, Func<Table, TBasis> find, Func<JsonElement, ResolvedHost, TBasis, TSpec> read, Action<Transaction, TSpec> put)
        where TBasis : struct, IEquatable<TBasis>
    {
        var aborted = request.HttpContext.RequestAborted;
        var body = await ReadAsync(request);
        var host = await ResolveHostAsync(body, aborted);
        bool isStale;
        do
        {
            aborted.ThrowIfCancellationRequested();
            var basis = find(balancer.Current);
            var spec = read(body, host, basis);
            isStale = false;
            await balancer.ChangeAsync(request.Origin(), transaction =>
            {
                isStale = !find(transaction.After).Equals(basis);
                if (!isStale)
                {
                    put(transaction, spec);
                }
            });
        }
        while (isStale); // stale only if another change was committed, so of the requests that compete for an object one always succeeds
    }

    /// <summary>True when the client only wants to create the object: If-None-Match: * (RFC 9110, 13.1.2).</summary>
    public static bool IsCreateOnly(HttpRequest request) => request.Headers.IfNoneMatch == "*";

    /// <exception cref="RequestException">The body is not one JSON object.</exception>
    /// <exception cref="BadHttpRequestException">The body is too large.</exception>
    public static async ValueTask<JsonElement> ReadAsync(HttpRequest request)
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
