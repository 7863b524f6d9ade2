using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gorb.Client;

namespace Gorb.Sources.Docker;

/// <summary>A client for the part of one Gorb's REST API that a declaring source uses.</summary>
internal sealed class DeclaringClient(GorbClient client, string source) : IDisposable
{
    private readonly string _path = $"/config?source={Uri.EscapeDataString(source)}";

    public Uri Url => client.Url;

    /// <summary>Reads the Gorb's wanted table, with the objects of all sources.</summary>
    /// <exception cref="GorbException">The server does not answer, or its answer is not that of a Gorb.</exception>
    public async Task<GorbTable> ReadAsync(CancellationToken stop)
    {
        var text = await client.SendAsync(new GorbRequest(HttpMethod.Get, "/config") { Answer = GorbRequest.Json }, stop);
        return Parse(text) is JsonObject document && document["services"] is JsonObject ? new GorbTable(document) : throw client.Odd();
    }

    /// <summary>Declares all services and backends of the source.</summary>
    /// <returns>The objects that conflict with those of another source.</returns>
    /// <exception cref="GorbRefusalException">The Gorb refuses the document; nothing was changed.</exception>
    /// <exception cref="GorbException">The server does not answer, or its answer is not that of a Gorb.</exception>
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

/// <summary>A declared object that another source owns.</summary>
/// <param name="Path">The object.</param>
/// <param name="Problem">The owner, and the remedy.</param>
internal sealed record DeclaredConflict(ObjectPath Path, string Problem);
