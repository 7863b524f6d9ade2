using System.Net;
using System.Text.Json.Nodes;

namespace Gorb.DockerLink;

/// <summary>A service that containers ask for.</summary>
/// <param name="Name">Its name in Gorb.</param>
/// <param name="Members">What the containers say about it, in the words of a PUT.</param>
/// <param name="Source">The container that says so.</param>
internal sealed record WantedService(string Name, JsonObject Members, Container Source)
{
    /// <summary>True while nothing can be made of it for want of an address of the host; what is there already stays at the address it has.</summary>
    public bool IsAwaiting { get; init; }
}

/// <summary>A backend that a container is.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Name">Its name in Gorb.</param>
/// <param name="Members">What the container says about it, in the words of a PUT.</param>
/// <param name="Source">The container.</param>
internal sealed record WantedBackend(string Service, string Name, JsonObject Members, Container Source)
{
    /// <summary>How long it may run empty before it is removed ("30s"), or null to remove it at once.</summary>
    public string? Drain { get; init; }

    /// <summary>Why it gets no new connections for now ("paused"), or null.</summary>
    public string? Resting { get; init; }

    /// <summary>True while it cannot be made for want of an address of the host; what is there already stays at the address it has.</summary>
    public bool IsAwaiting { get; init; }

    /// <summary>The address that the container itself must hold because packets come to it unchanged (direct routing), or null.</summary>
    public IPAddress? DirectAddress { get; init; }
}

/// <summary>Everything that the containers of an engine ask for.</summary>
/// <param name="Services">By name.</param>
/// <param name="Backends">By service and name.</param>
/// <param name="Complaints">What is wrong with containers' labels, each with the container's name.</param>
internal sealed record Wanted(
    IReadOnlyDictionary<string, WantedService> Services, IReadOnlyDictionary<(string Service, string Name), WantedBackend> Backends, IReadOnlyList<string> Complaints)
{
    public static Wanted Nothing { get; } = new(new Dictionary<string, WantedService>(), new Dictionary<(string, string), WantedBackend>(), []);
}
