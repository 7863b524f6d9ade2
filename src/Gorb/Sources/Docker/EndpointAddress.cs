using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gorb.Sources.Docker;

/// <summary>Where traffic for one port of a container goes.</summary>
/// <param name="Private">The port inside the container.</param>
/// <param name="Protocol">tcp, udp or sctp.</param>
/// <param name="V4">Where IPv4 leads there, or null.</param>
/// <param name="V6">Where IPv6 leads there, or null.</param>
/// <param name="Kind">How the container is reached.</param>
internal readonly record struct Endpoint(ushort Private, string Protocol, EndpointAddress? V4, EndpointAddress? V6, EndpointKind Kind)
{
    /// <summary>How the port is written: "80/tcp".</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Private}/{Protocol}");

    /// <summary>The endpoints of a container that a section of its labels is about.</summary>
    /// <param name="container">The container.</param>
    /// <param name="section">The section.</param>
    /// <param name="host">The host's own addresses, which stand for "published on every address".</param>
    /// <param name="network">The network in which published ports are reached at the container's own address, if it is in there; or null.</param>
    /// <param name="complaints">Gets what is wrong.</param>
    public static IReadOnlyList<Endpoint> Of(Container container, LabelSection section, HostAddress host, string? network, List<string> complaints)
    {
        var all = section.Text("network") is { } own ? InNetwork(container, section, own, complaints)
            : container.SharesHostNetwork ? OfHostNetwork(section, host, complaints)
            : network is not null && container.Networks.TryGetValue(network, out var inside) ? PublishedInside(container, inside)
            : Published(container, host);
        var port = section.Text("port");
        var wanted = port is null ? all : [.. all.Where(endpoint => IsNamed(endpoint.Text, port)).Take(1)];
        if (wanted.Count > 0 || complaints.Count > 0)
        {
            return wanted;
        }

        complaints.AddRange(OfLoopback(container, section, port));
        if (complaints.Count == 0 && port is not null)
        {
            complaints.Add(section.Complain("port", $"is not a port of this container; it has {(all.Count == 0 ? "none" : string.Join(", ", all.Select(endpoint => endpoint.Text)))}"));
        }

        return wanted;
    }

    /// <summary>What there is to say of ports that only the host's own programs reach.</summary>
    private static IEnumerable<string> OfLoopback(Container container, LabelSection section, string? port) => container.Ports
        .Where(binding => binding.IsOfLoopback && (port is null || IsNamed(binding.Text, port)))
        .GroupBy(binding => binding.Text, binding => binding.Host!.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{binding.Host}]" : $"{binding.Host}")
        .Select(hidden => $"port {hidden.Key}: is published on {string.Join(" and ", hidden)} only, where nothing that is forwarded arrives; "
            + $"publish it on another address, or use {section.Label("network")}");

    private static bool IsNamed(string text, string port) => text == port || text == $"{port}/tcp";

    /// <summary>The ports on the host, but those that only its own programs reach.</summary>
    private static List<Endpoint> Published(Container container, HostAddress host) =>
    [
        .. container.Ports
            .Where(port => port.IsPublished)
            .GroupBy(port => (port.Private, port.Protocol))
            .OrderBy(port => port.Key)
            .SelectMany(port => Pair(port).Select(pair => new Endpoint(
                port.Key.Private, port.Key.Protocol, At(pair.V4, host.V4), At(pair.V6, host.V6), EndpointKind.Published))),
    ];

    /// <summary>The same ports where the container itself has them, which spares the packets the engine's own translation.</summary>
    private static List<Endpoint> PublishedInside(Container container, ContainerAddress inside) =>
        [.. container.Ports.Where(port => port.IsPublished).Select(port => (port.Private, port.Protocol)).Distinct().Order().Select(port => At(inside, port))];

    /// <summary>
    /// A port that is published on several addresses is one endpoint. So is one that is published on every address of both families: an engine that
    /// is free to choose takes a port for each family, and it is chance whether it is the same.
    /// </summary>
    private static IEnumerable<(ContainerPort? V4, ContainerPort? V6)> Pair(IEnumerable<ContainerPort> bindings)
    {
        var ports = bindings
            .GroupBy(binding => binding.Public)
            .OrderBy(port => port.Key)
            .Select(port => (V4: Choose(port, AddressFamily.InterNetwork), V6: Choose(port, AddressFamily.InterNetworkV6)))
            .ToList();
        var halves4 = ports.Where(port => port.V6 is null && IsEverywhere(port.V4));
        var halves6 = ports.Where(port => port.V4 is null && IsEverywhere(port.V6));
        var pairs = halves4.Zip(halves6).ToList();
        return pairs.Select(pair => (pair.First.V4, pair.Second.V6)).Concat(ports.Except(pairs.SelectMany(pair => new[] { pair.First, pair.Second })));
    }

    private static ContainerPort? Choose(IEnumerable<ContainerPort> bindings, AddressFamily family) => bindings
        .Where(binding => binding.Host?.AddressFamily == family)
        .OrderBy(binding => IsEverywhere(binding))
        .Select(binding => (ContainerPort?)binding)
        .FirstOrDefault();

    private static bool IsEverywhere(ContainerPort? binding) => IPAddress.Any.Equals(binding?.Host) || IPAddress.IPv6Any.Equals(binding?.Host);

    private static Endpoint At(ContainerAddress address, (ushort Private, string Protocol) port) =>
        new(port.Private, port.Protocol, Inside(address.V4, port.Private), Inside(address.V6, port.Private), EndpointKind.Own);

    private static EndpointAddress? Inside(IPAddress? address, ushort port) => address is null ? null : new EndpointAddress(address, port);

    private static EndpointAddress? At(ContainerPort? binding, IPAddress? host) =>
        binding is { Public: { } port } ? new EndpointAddress(IsEverywhere(binding) ? host : binding.Value.Host, port) : null;

    /// <summary>The container's own address and ports, published or not; a port that only the label names counts, too.</summary>
    private static List<Endpoint> InNetwork(Container container, LabelSection section, string network, List<string> complaints)
    {
        if (!container.Networks.TryGetValue(network, out var address))
        {
            complaints.Add(section.Complain("network", $"the container is not in this network, but in {string.Join(", ", container.Networks.Keys.Order(StringComparer.Ordinal))}"));
            return [];
        }

        var ports = container.Ports.Select(port => (port.Private, port.Protocol)).ToHashSet();
        if (NamedPort(section) is { } named)
        {
            ports.Add(named);
        }

        return [.. ports.Order().Select(port => At(address, port))];
    }

    /// <summary>The port that the label names: what a container without a network of its own listens on is known to nobody else.</summary>
    private static List<Endpoint> OfHostNetwork(LabelSection section, HostAddress host, List<string> complaints)
    {
        if (NamedPort(section) is var (port, protocol))
        {
            return [new Endpoint(port, protocol, new EndpointAddress(host.V4, port), new EndpointAddress(host.V6, port), EndpointKind.HostNetwork)];
        }

        if (section.Text("port") is null && section.Text("service") is not null)
        {
            complaints.Add($"label {section.Label("port")}: is required, because the container uses the host's network and publishes no port");
        }

        return [];
    }

    /// <summary>The port of the label, "80" or "53/udp", whether the engine knows of it or not; null when it names none.</summary>
    private static (ushort Private, string Protocol)? NamedPort(LabelSection section) =>
        section.Text("port")?.Split('/') is [var number, .. var rest] && rest.Length <= 1
        && ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? (port, rest is [var protocol] ? protocol : "tcp")
            : null;
}

/// <summary>How a container is reached.</summary>
internal enum EndpointKind
{
    /// <summary>At a port of the host that the engine forwards to it.</summary>
    Published,

    /// <summary>At an address of its own.</summary>
    Own,

    /// <summary>At the port of the host on which it listens itself (--network host).</summary>
    HostNetwork,
}

/// <summary>Where packets for a container go.</summary>
/// <param name="Address">The address; null when it is the host's, and the host has none at present.</param>
/// <param name="Port">The port.</param>
internal readonly record struct EndpointAddress(IPAddress? Address, ushort Port);
