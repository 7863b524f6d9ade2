using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Gorb.Sources.Docker;

/// <summary>Where a service stands, or shall stand.</summary>
/// <param name="Family">Of its address.</param>
/// <param name="Address">The address; null for the one that Gorb gives a service that names none.</param>
/// <param name="Port">The port.</param>
/// <param name="Protocol">tcp, udp or sctp.</param>
internal readonly record struct ServicePlace(AddressFamily Family, IPAddress? Address, int Port, string Protocol)
{
    public override string ToString() => Address is null
        ? string.Create(CultureInfo.InvariantCulture, $"port {Port}/{Protocol} of the default address")
        : string.Create(CultureInfo.InvariantCulture, $"{new IPEndPoint(Address, Port)}/{Protocol}");
}

/// <summary>A service that containers ask for.</summary>
/// <param name="Name">Its name in Gorb.</param>
/// <param name="Members">What the containers say about it, in the words of a document.</param>
/// <param name="Source">The container that says so.</param>
internal sealed record WantedService(string Name, JsonObject Members, Container Source)
{
    /// <summary>Where the container wants it to stand.</summary>
    public ServicePlace Place { get; init; }

    /// <summary>The label, or the port of the container, that says where it shall stand.</summary>
    public string Cause { get; init; } = "";

    /// <summary>True while nothing can be made of it for want of an address of the host; what is there already stays at the address it has.</summary>
    public bool IsAwaiting { get; init; }
}

/// <summary>A backend that a container is.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Name">Its name in Gorb.</param>
/// <param name="Members">What the container says about it, in the words of a document.</param>
/// <param name="Source">The container.</param>
internal sealed record WantedBackend(string Service, string Name, JsonObject Members, Container Source)
{
    /// <summary>How long it may run empty once the container is gone ("30s"), or null to remove it at once.</summary>
    public string? Drain { get; init; }

    /// <summary>Why it gets no new connections for now ("paused"), or null.</summary>
    public string? Resting { get; init; }

    /// <summary>Its container was told to end.</summary>
    public bool IsLeaving => Resting == TerminatingContainers.Stopping;

    /// <summary>True while it cannot be made for want of an address of the host; what is there already stays at the address it has.</summary>
    public bool IsAwaiting { get; init; }

    /// <summary>The address that the container itself must hold because packets come to it unchanged (direct routing), or null.</summary>
    public IPAddress? DirectAddress { get; init; }

    /// <summary>How the container is reached.</summary>
    public EndpointKind Kind { get; init; }

    /// <summary>Where the container is reached.</summary>
    public EndpointAddress Place { get; init; }
}

/// <summary>What one container asks for at one of its ports.</summary>
internal sealed record Claim(WantedService Service, WantedBackend Backend)
{
    public Container Source => Service.Source;
}

/// <summary>Everything that the containers of an engine ask for.</summary>
/// <param name="All">The claims, those of older containers first.</param>
/// <param name="Complaints">What is wrong with containers' labels, each with the container's name.</param>
internal sealed record Claims(IReadOnlyList<Claim> All, IReadOnlyList<string> Complaints)
{
    /// <summary>The host's own addresses.</summary>
    public HostAddress Host { get; init; } = new("", null, null);

    /// <summary>The containers that run and are not told to end, routed or not.</summary>
    public IReadOnlyList<Container> Running { get; init; } = [];

    /// <summary>Those among them, and those that have just ended: the engine may still listen on their ports.</summary>
    public IReadOnlyList<Container> Recent { get; init; } = [];
}

/// <summary>What one Gorb is to have of what the containers ask for.</summary>
/// <param name="Services">By name.</param>
/// <param name="Backends">By service and name.</param>
/// <param name="Complaints">Why some of it is refused, each with the container's name.</param>
internal sealed record Wanted(
    IReadOnlyDictionary<string, WantedService> Services, IReadOnlyDictionary<(string Service, string Name), WantedBackend> Backends, IReadOnlyList<string> Complaints);
