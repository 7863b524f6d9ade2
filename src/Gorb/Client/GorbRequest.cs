using System.Net.Http.Headers;

namespace Gorb.Client;

/// <summary>A request to the REST API.</summary>
/// <param name="Method">GET, PUT and so on.</param>
/// <param name="Path">The path, with its query.</param>
internal sealed record GorbRequest(HttpMethod Method, string Path)
{
    public const string Json = "application/json";
    public const string Yaml = "application/yaml";

    /// <summary>The request body; null for none.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>True when an object that is there already must stay as it is.</summary>
    public bool IsCreateOnly { get; init; }

    /// <summary>The expected media type of a successful answer; null for an answer without a body.</summary>
    public string? Answer { get; init; }

    /// <summary>Called with the headers of a successful answer.</summary>
    public Action<HttpResponseHeaders>? OnHeaders { get; init; }
}
