using System.Globalization;
using System.Net;

namespace Gorb.Sources.Docker;

/// <summary>A container as the engine lists it.</summary>
internal sealed record Container
{
    /// <summary>The engine's id for the container.</summary>
    public required string Id { get; init; }

    /// <summary>The container's name, without the engine's leading slash.</summary>
    public required string Name { get; init; }

    /// <summary>The image name at container start: "nginx:1.27", "registry:5000/team/web". The engine lists the image id instead once the name refers to another image.</summary>
    public required string Image { get; init; }

    /// <summary>The time of creation. When the claims of two containers conflict, the older container wins.</summary>
    public DateTime Created { get; init; }

    /// <summary>True while all processes of the container are frozen, so that it does not answer.</summary>
    public bool IsPaused { get; init; }

    /// <summary>The result of the image's HEALTHCHECK; null without one, and while the container is paused.</summary>
    public bool? IsHealthy { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<ContainerPort> Ports { get; init; } = [];

    /// <summary>The container's own addresses by network name.</summary>
    public IReadOnlyDictionary<string, ContainerAddress> Networks { get; init; } = new Dictionary<string, ContainerAddress>();

    /// <summary>True when the container uses the host's network (--network host). It then listens on ports of the host, which the engine does not know.</summary>
    public bool SharesHostNetwork => Networks.ContainsKey("host");
}

/// <summary>A port of a container.</summary>
/// <param name="Private">The port inside the container.</param>
/// <param name="Public">The port on the host, or null when it is exposed but not published.</param>
/// <param name="Protocol">tcp, udp or sctp.</param>
/// <param name="Host">The host address on which the port is published; the wildcard address stands for every address.</param>
internal readonly record struct ContainerPort(ushort Private, ushort? Public, string Protocol, IPAddress? Host)
{
    /// <summary>True when the port is published on loopback only. The kernel drops packets that are forwarded to a loopback address.</summary>
    public bool IsOfLoopback => Public is not null && Host is not null && IPAddress.IsLoopback(Host);

    /// <summary>True when the port is published on an address that other hosts reach.</summary>
    public bool IsPublished => Public is not null && !IsOfLoopback;

    /// <summary>Whether the container receives packets for a host address and the public port.</summary>
    public bool Covers(IPAddress address) =>
        Host is not null && (Host.Equals(address) || (Host.AddressFamily == address.AddressFamily && (Host.Equals(IPAddress.Any) || Host.Equals(IPAddress.IPv6Any))));

    /// <summary>The private port in Docker's notation: "80/tcp".</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Private}/{Protocol}");
}

/// <summary>The addresses of a container in one network.</summary>
internal readonly record struct ContainerAddress(IPAddress? V4, IPAddress? V6);
