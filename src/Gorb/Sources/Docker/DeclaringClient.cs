using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gorb.Client;

namespace Gorb.Sources.Docker;

/// <summary>The REST API of one Gorb, as far as a declaring source needs it.</summary>
internal sealed class DeclaringClient(GorbClient client, string source) : IDisposable
{
    private readonly string _path = $"/config?source={Uri.EscapeDataString(source)}";

    public Uri Url => client.Url;

    /// <summary>What the Gorb has, of all sources.</summary>
    /// <exception cref="GorbException">It does not answer, or not as a Gorb does.</exception>
    public async Task<GorbTable> ReadAsync(CancellationToken stop)
    {
        var text = await client.SendAsync(new GorbRequest(HttpMethod.Get, "/config") { Answer = GorbRequest.Json }, stop);
        return Parse(text) is JsonObject document && document["services"] is JsonObject ? new GorbTable(document) : throw client.Odd();
    }

    /// <summary>Declares the part of the source.</summary>
    /// <returns>What another source has already, or has otherwise.</returns>
    /// <exception cref="GorbRefusalException">The Gorb refuses it; nothing was changed.</exception>
    /// <exception cref="GorbException">It does not answer, or not as a Gorb does.</exception>
    public async Task<IReadOnlyList<DeclaredConflict>> DeclareAsync(JsonObject document, CancellationToken stop)
    {
        var request = new GorbRequest(HttpMethod.Put, _path) { Body = Encoding.UTF8.GetBytes(document.ToJsonString()), Answer = GorbRequest.Json };
        return Parse(await client.SendAsync(request, stop)) is JsonObject answer && answer["conflicts"] is JsonArray conflicts
            ? [.. conflicts.OfType<JsonObject>().Select(Read)]
            : throw client.Odd();
    }

    public void Dispose() => client.Dispose();

    private DeclaredConflict Read(JsonObject conflict) => conflict["service"] is { } service
        ? new DeclaredConflict(new ObjectPath(service.ToString(), conflict["backend"]?.ToString()), $"{conflict["problem"]}")
        : throw client.Odd();

    private JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException error)
        {
            throw client.Odd(error);
        }
    }
}

/// <summary>An object that was declared and is another source's.</summary>
/// <param name="Path">The object.</param>
/// <param name="Problem">Who has it, and what to do.</param>
internal sealed record DeclaredConflict(ObjectPath Path, string Problem);
