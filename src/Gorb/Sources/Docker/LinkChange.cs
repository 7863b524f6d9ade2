using System.Text.Json.Nodes;

namespace Gorb.Sources.Docker;

/// <summary>One request to a Gorb.</summary>
/// <param name="Method">PUT makes, PATCH changes the members given, DELETE removes.</param>
/// <param name="Service">The service.</param>
/// <param name="Backend">The backend, or null when it is about the service itself.</param>
/// <param name="Members">The body; null to remove.</param>
internal sealed record LinkChange(HttpMethod Method, string Service, string? Backend, JsonObject? Members)
{
    /// <summary>With DELETE: how long it may run empty before it is removed; null to remove it at once.</summary>
    public string? Drain { get; init; }

    /// <summary>With PUT: the service, or the backend of the same service, whose place it takes.</summary>
    public string? Replaces { get; init; }

    /// <summary>With PUT: what is there by now is left alone; somebody else made it since the link looked.</summary>
    public bool IsCreation { get; init; }

    /// <summary>The query of the request, with its question mark; or empty.</summary>
    public string Query => Drain is not null ? $"?drain={Uri.EscapeDataString(Drain)}" : Replaces is not null ? $"?replaces={Uri.EscapeDataString(Replaces)}" : "";

    /// <summary>The container it is for; null when there is none any more.</summary>
    public Container? Source { get; init; }

    /// <summary>The path of the request.</summary>
    public string Path => PathOf(Service, Backend);

    /// <summary>The path of a service, or of one of its backends.</summary>
    public static string PathOf(string service, string? backend) =>
        backend is null ? $"/service/{Uri.EscapeDataString(service)}" : $"/service/{Uri.EscapeDataString(service)}/{Uri.EscapeDataString(backend)}";

    public override string ToString()
    {
        var name = Backend is null ? Service : $"{Service}/{Backend}";
        return Method == HttpMethod.Delete ? $"removed {name}"
            : $"{(Method == HttpMethod.Put ? "added" : "changed")} {name}{(Replaces is null ? "" : $" in place of {Replaces}")}: {Members!.ToJsonString()}";
    }
}
