using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gorb.Sources.Docker;

/// <summary>A port of a container with the addresses to which its traffic is sent.</summary>
/// <param name="Private">The port inside the container.</param>
/// <param name="Protocol">tcp, udp or sctp.</param>
/// <param name="V4">The IPv4 address and port, or null.</param>
/// <param name="V6">The IPv6 address and port, or null.</param>
/// <param name="Kind">How the container is reached.</param>
internal readonly record struct Endpoint(ushort Private, string Protocol, EndpointAddress? V4, EndpointAddress? V6, EndpointKind Kind)
{
    /// <summary>The private port in Docker's notation: "80/tcp".</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Private}/{Protocol}");

    /// <summary>Finds the endpoints of a container that a section of its labels selects.</summary>
    /// <param name="container">The container.</param>
    /// <param name="section">The section.</param>
    /// <param name="host">The host's own addresses, used for ports that are published on every address.</param>
    /// <param name="network">The network in which published ports are reached at the container's own address, if the container is a member; or null.</param>
    /// <param name="complaints">Receives the errors.</param>
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

    /// <summary>The errors for ports that are published on loopback only.</summary>
    private static IEnumerable<string> OfLoopback(Container container, LabelSection section, string? port) => container.Ports
        .Where(binding => binding.IsOfLoopback && (port is null || IsNamed(binding.Text, port)))
        .GroupBy(binding => binding.Text, binding => binding.Host!.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{binding.Host}]" : $"{binding.Host}")
        .Select(hidden => $"port {hidden.Key}: is published on {string.Join(" and ", hidden)} only, where nothing that is forwarded arrives; "
            + $"publish it on another address, or use {section.Label("network")}");

    private static bool IsNamed(string text, string port) => text == port || text == $"{port}/tcp";

    /// <summary>The published ports at the host's addresses, without those on loopback only.</summary>
    private static List<Endpoint> Published(Container container, HostAddress host) =>
    [
        .. container.Ports
            .Where(port => port.IsPublished)
            .GroupBy(port => (port.Private, port.Protocol))
            .OrderBy(port => port.Key)
            .SelectMany(port => Pair(port).Select(pair => new Endpoint(
                port.Key.Private, port.Key.Protocol, At(pair.V4, host.V4), At(pair.V6, host.V6), EndpointKind.Published))),
    ];

    /// <summary>The published ports at the container's own addresses, which avoids the engine's address translation.</summary>
    private static List<Endpoint> PublishedInside(Container container, ContainerAddress inside) =>
        [.. container.Ports.Where(port => port.IsPublished).Select(port => (port.Private, port.Protocol)).Distinct().Order().Select(port => At(inside, port))];

    /// <summary>
    /// Groups the bindings of a private port into endpoints. Bindings of one public port are one endpoint. A wildcard binding of IPv4 and one of IPv6 are one endpoint, too,
    /// because an engine that chooses a random public port chooses one for each family, and the two may differ.
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

    /// <summary>The container's ports at its own address, published or not, including a port that only the label names.</summary>
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

    /// <summary>The port that the label names. The engine does not know the ports of a container in the host's network.</summary>
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

    /// <summary>Parses the port label, "80" or "53/udp", even if the engine does not know the port. Returns null if the label is absent or malformed.</summary>
    private static (ushort Private, string Protocol)? NamedPort(LabelSection section) =>
        section.Text("port")?.Split('/') is [var number, .. var rest] && rest.Length <= 1
        && ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? (port, rest is [var protocol] ? protocol : "tcp")
            : null;
}

/// <summary>How a container is reached.</summary>
internal enum EndpointKind
{
    /// <summary>At a port of the host, which the engine forwards to the container.</summary>
    Published,

    /// <summary>At the container's own address.</summary>
    Own,

    /// <summary>At a port of the host on which the container itself listens (--network host).</summary>
    HostNetwork,
}

/// <summary>The address and port to which packets for a container are sent.</summary>
/// <param name="Address">The address; null for the host's address while the host has none.</param>
/// <param name="Port">The port.</param>
internal readonly record struct EndpointAddress(IPAddress? Address, ushort Port);
