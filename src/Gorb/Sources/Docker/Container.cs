using System.Globalization;
using System.Net;

namespace Gorb.Sources.Docker;

/// <summary>A container as the engine lists it.</summary>
internal sealed record Container
{
    /// <summary>The engine's id of it.</summary>
    public required string Id { get; init; }

    /// <summary>Its name, without the slash that the engine puts before it.</summary>
    public required string Name { get; init; }

    /// <summary>The image as it was named at the start: "nginx:1.27", "registry:5000/team/web". The list has its id instead once the name means another one.</summary>
    public required string Image { get; init; }

    /// <summary>When it was created; of two that contradict each other, the older one is right.</summary>
    public DateTime Created { get; init; }

    /// <summary>Running, but not answering: every process of it is frozen.</summary>
    public bool IsPaused { get; init; }

    /// <summary>What its own HEALTHCHECK says; null without one, and as long as it is paused.</summary>
    public bool? IsHealthy { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<ContainerPort> Ports { get; init; } = [];

    /// <summary>Its own addresses by the name of the network.</summary>
    public IReadOnlyDictionary<string, ContainerAddress> Networks { get; init; } = new Dictionary<string, ContainerAddress>();

    /// <summary>It has no network of its own (--network host): the ports at which it listens are the host's, and the engine does not know them.</summary>
    public bool SharesHostNetwork => Networks.ContainsKey("host");
}

/// <summary>A port of a container.</summary>
/// <param name="Private">The port inside.</param>
/// <param name="Public">The port on the host, or null when it is exposed but not published.</param>
/// <param name="Protocol">tcp, udp or sctp.</param>
/// <param name="Host">The host's address it is published on; the wildcard address for every one.</param>
internal readonly record struct ContainerPort(ushort Private, ushort? Public, string Protocol, IPAddress? Host)
{
    /// <summary>Published, but for programs of the host alone: the kernel drops what is forwarded to such an address.</summary>
    public bool IsOfLoopback => Public is not null && Host is not null && IPAddress.IsLoopback(Host);

    /// <summary>Published where others arrive, too.</summary>
    public bool IsPublished => Public is not null && !IsOfLoopback;

    /// <summary>Whether packets for an address of the host, at the public port, come to it.</summary>
    public bool Covers(IPAddress address) =>
        Host is not null && (Host.Equals(address) || (Host.AddressFamily == address.AddressFamily && (Host.Equals(IPAddress.Any) || Host.Equals(IPAddress.IPv6Any))));

    /// <summary>How the port inside is written: "80/tcp".</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Private}/{Protocol}");
}

/// <summary>Where a container stands in one network.</summary>
internal readonly record struct ContainerAddress(IPAddress? V4, IPAddress? V6);
