using System.Text.Json.Nodes;

namespace Gorb.DockerLink;

/// <summary>One request to a Gorb.</summary>
/// <param name="Method">PUT makes, PATCH changes the members given, DELETE removes.</param>
/// <param name="Service">The service.</param>
/// <param name="Backend">The backend, or null when it is about the service itself.</param>
/// <param name="Members">The body; null to remove.</param>
internal sealed record LinkChange(HttpMethod Method, string Service, string? Backend, JsonObject? Members)
{
    /// <summary>The query of the request, with its question mark; or empty.</summary>
    public string Query { get; init; } = "";

    /// <summary>The container it is for; null when there is none any more.</summary>
    public Container? Source { get; init; }

    /// <summary>The path of the request.</summary>
    public string Path => PathOf(Service, Backend);

    /// <summary>The path of a service, or of one of its backends.</summary>
    public static string PathOf(string service, string? backend) =>
        backend is null ? $"/service/{Uri.EscapeDataString(service)}" : $"/service/{Uri.EscapeDataString(service)}/{Uri.EscapeDataString(backend)}";

    public override string ToString() => Method == HttpMethod.Delete
        ? $"removed {Service}{(Backend is null ? "" : $"/{Backend}")}"
        : $"{(Method == HttpMethod.Put ? "added" : "changed")} {Service}{(Backend is null ? "" : $"/{Backend}")}: {Members!.ToJsonString()}";
}
