using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Gorb.Sources.Docker;

/// <summary>The virtual address, port and protocol of a service.</summary>
/// <param name="Family">The family of the address.</param>
/// <param name="Address">The address; null for Gorb's default address.</param>
/// <param name="Port">The port.</param>
/// <param name="Protocol">tcp, udp or sctp.</param>
internal readonly record struct ServicePlace(AddressFamily Family, IPAddress? Address, int Port, string Protocol)
{
    public override string ToString() => Address is null
        ? string.Create(CultureInfo.InvariantCulture, $"port {Port}/{Protocol} of the default address")
        : string.Create(CultureInfo.InvariantCulture, $"{new IPEndPoint(Address, Port)}/{Protocol}");
}

/// <summary>A service that containers claim.</summary>
/// <param name="Name">The service's name in Gorb.</param>
/// <param name="Members">The members of the service, as PUT /config takes them.</param>
/// <param name="Source">The container that claims the service.</param>
internal sealed record WantedService(string Name, JsonObject Members, Container Source)
{
    /// <summary>The virtual address that the container claims.</summary>
    public ServicePlace Place { get; init; }

    /// <summary>The label, or the port of the container, from which the virtual address follows.</summary>
    public string Cause { get; init; } = "";

    /// <summary>True while the host lacks the address that the service needs. An existing service keeps its address meanwhile.</summary>
    public bool IsAwaiting { get; init; }
}

/// <summary>The backend of a container in one service.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Name">The backend's name in Gorb.</param>
/// <param name="Members">The members of the backend, as PUT /config takes them.</param>
/// <param name="Source">The container.</param>
internal sealed record WantedBackend(string Service, string Name, JsonObject Members, Container Source)
{
    /// <summary>The drain time after the container is gone ("30s"), or null to remove the backend at once.</summary>
    public string? Drain { get; init; }

    /// <summary>The reason for which the backend gets no new connections ("paused"), or null.</summary>
    public string? QuiesceReason { get; init; }

    /// <summary>True when the container is stopping.</summary>
    public bool IsLeaving => QuiesceReason == TerminatingContainers.Stopping;

    /// <summary>True while the host lacks the address that the backend needs. An existing backend keeps its address meanwhile.</summary>
    public bool IsAwaiting { get; init; }

    /// <summary>The virtual address that the container itself must hold for direct routing, or null.</summary>
    public IPAddress? DirectAddress { get; init; }

    /// <summary>How the container is reached.</summary>
    public EndpointKind Kind { get; init; }

    /// <summary>The address and port of the container.</summary>
    public EndpointAddress Place { get; init; }
}

/// <summary>The service and backend that a container claims for one of its ports.</summary>
internal sealed record Claim(WantedService Service, WantedBackend Backend)
{
    public Container Source => Service.Source;
}

/// <summary>The claims of all containers of an engine, before conflicts are resolved.</summary>
/// <param name="All">The claims, those of older containers first.</param>
/// <param name="Complaints">The errors in containers' labels, each with the container's name.</param>
internal sealed record Claims(IReadOnlyList<Claim> All, IReadOnlyList<string> Complaints)
{
    /// <summary>The host's own addresses.</summary>
    public HostAddress Host { get; init; } = new("", null, null);

    /// <summary>The running containers that are not stopping, routed or not.</summary>
    public IReadOnlyList<Container> Running { get; init; } = [];

    /// <summary>All listed containers, and those of the previous list: the engine may still listen on the ports of containers that have just ended.</summary>
    public IReadOnlyList<Container> Recent { get; init; } = [];
}

/// <summary>The claims for one Gorb after conflicts are resolved.</summary>
/// <param name="Services">The services by name.</param>
/// <param name="Backends">The backends by service and name.</param>
/// <param name="Complaints">The reasons for refused claims, each with the container's name.</param>
internal sealed record Wanted(
    IReadOnlyDictionary<string, WantedService> Services, IReadOnlyDictionary<(string Service, string Name), WantedBackend> Backends, IReadOnlyList<string> Complaints);
