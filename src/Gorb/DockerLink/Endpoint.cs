using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gorb.DockerLink;

/// <summary>Where traffic for one port of a container goes.</summary>
/// <param name="Private">The port inside the container.</param>
/// <param name="Protocol">tcp, udp or sctp.</param>
/// <param name="V4">The IPv4 address that leads there, or null.</param>
/// <param name="V6">The IPv6 address that leads there, or null.</param>
/// <param name="Port">The port at those addresses.</param>
internal readonly record struct Endpoint(ushort Private, string Protocol, IPAddress? V4, IPAddress? V6, ushort Port)
{
    /// <summary>How the port is written: "80/tcp".</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Private}/{Protocol}");

    /// <summary>The endpoints of a container that a section of its labels is about.</summary>
    /// <param name="container">The container.</param>
    /// <param name="section">The section.</param>
    /// <param name="host">The host's own addresses, which stand for "published on every address".</param>
    /// <param name="complaints">Gets what is wrong.</param>
    public static IReadOnlyList<Endpoint> Of(Container container, LabelSection section, ContainerAddress host, List<string> complaints)
    {
        var all = section.Text("network") is { } network ? InNetwork(container, section, network, complaints) : Published(container, host);
        if (section.Text("port") is not { } port)
        {
            return all;
        }

        var wanted = all.Where(endpoint => endpoint.Text == port || endpoint.Text == $"{port}/tcp").Take(1).ToList();
        if (wanted.Count == 0 && complaints.Count == 0)
        {
            complaints.Add(section.Complain("port", $"is not a port of this container; it has {(all.Count == 0 ? "none" : string.Join(", ", all.Select(endpoint => endpoint.Text)))}"));
        }

        return wanted;
    }

    /// <summary>The ports on the host. One that is published on several addresses is one endpoint.</summary>
    private static List<Endpoint> Published(Container container, ContainerAddress host) =>
    [
        .. container.Ports
            .Where(port => port.Public is not null)
            .GroupBy(port => (port.Private, port.Protocol, Public: port.Public!.Value))
            .OrderBy(port => port.Key)
            .Select(port => new Endpoint(port.Key.Private, port.Key.Protocol,
                Choose(port, AddressFamily.InterNetwork, IPAddress.Any, host.V4), Choose(port, AddressFamily.InterNetworkV6, IPAddress.IPv6Any, host.V6), port.Key.Public)),
    ];

    private static IPAddress? Choose(IEnumerable<ContainerPort> bindings, AddressFamily family, IPAddress any, IPAddress? host)
    {
        var addresses = bindings.Select(binding => binding.Host).Where(address => address?.AddressFamily == family).ToList();
        return addresses.FirstOrDefault(address => !any.Equals(address)) ?? (addresses.Count > 0 ? host : null);
    }

    /// <summary>The container's own address and ports, published or not; a port that only the label names counts, too.</summary>
    private static List<Endpoint> InNetwork(Container container, LabelSection section, string network, List<string> complaints)
    {
        if (!container.Networks.TryGetValue(network, out var address))
        {
            complaints.Add(section.Complain("network", $"the container is not in this network, but in {string.Join(", ", container.Networks.Keys.Order(StringComparer.Ordinal))}"));
            return [];
        }

        var ports = container.Ports.Select(port => (port.Private, port.Protocol)).ToHashSet();
        var named = section.Text("port")?.Split('/');
        if (named is [var number, .. var rest] && ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0)
        {
            ports.Add((port, rest is [var protocol] ? protocol : "tcp"));
        }

        return [.. ports.Order().Select(port => new Endpoint(port.Private, port.Protocol, address.V4, address.V6, port.Private))];
    }
}
