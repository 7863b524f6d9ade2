using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gorb.Model.Text;

namespace Gorb.Sources.Docker;

/// <summary>Works out what a section of a container's labels asks for. Pure: no engine, no network, no clock.</summary>
/// <param name="host">The host's own addresses as of now.</param>
/// <param name="exposedByDefault">Whether a container that does not say gorb.enable is routed.</param>
/// <param name="network">The network in which containers that do not say gorb.network are reached, if they are in there; or null.</param>
/// <param name="rules">What labels may ask for.</param>
internal sealed class SectionReader(HostAddress host, bool exposedByDefault, string? network, LabelRules rules)
{
    private readonly SortedSet<AddressFamily> _lacking = [];

    /// <summary>The families of which the host has no address, so that something of what was read cannot be reached at present.</summary>
    public IReadOnlyCollection<AddressFamily> Lacking => _lacking;

    /// <param name="container">The container.</param>
    /// <param name="section">The section.</param>
    /// <param name="resting">Why the container gets no new connections, or null.</param>
    /// <param name="wrong">Gets what cannot be meant: then nothing of the container is right.</param>
    /// <param name="refused">Gets what labels may not ask for: then only what asks for it is left out.</param>
    public IReadOnlyList<Claim> Read(Container container, LabelSection section, string? resting, List<string> wrong, List<string> refused)
    {
        if (!(section.Flag("enable", wrong) ?? exposedByDefault))
        {
            return [];
        }

        var endpoints = Endpoint.Of(container, section, host, network, wrong);
        var service = section.Text("service") ?? section.Name;
        if (service is "." or "..")
        {
            wrong.Add($"label {section.Label("service")}: must not be \"{service}\", which is no name in a path");
        }

        if (service is not null && endpoints.Count > 1)
        {
            wrong.Add($"label {section.Label("port")}: is required, because service {service} is one port and the container has {string.Join(", ", endpoints.Select(endpoint => endpoint.Text))}");
        }

        return wrong.Count > 0 ? [] : [.. endpoints.SelectMany(endpoint => Read(container, section, endpoint, service, resting, wrong, refused))];
    }

    private List<Claim> Read(
        Container container, LabelSection section, Endpoint endpoint, string? service, string? resting, List<string> wrong, List<string> refused)
    {
        var vip = ReadVip(section, wrong);
        var routes = Routes(endpoint, vip.Address);
        if (routes.Count == 0)
        {
            wrong.Add($"port {endpoint.Text}: has no address of the service's family, IPv{(vip.Address?.AddressFamily == AddressFamily.InterNetworkV6 ? 6 : 4)}; see gorb.vip");
        }

        var forward = ReadForward(section, endpoint, vip.Address, wrong);
        if (routes.Count > 0 && routes.All(route => route.IsAwaiting))
        {
            _lacking.UnionWith(routes.Select(route => route.Family));
        }

        var cause = section.Text("vip") is { } text ? $"label {section.Label("vip")}={text}" : $"port {endpoint.Text}";
        var reasons = Refusals(section, vip.Address, vip.Port ?? endpoint.Private, cause).ToList();
        var drain = ReadDrain(section, wrong);
        var claims = new List<Claim>();
        foreach (var route in routes)
        {
            var name = service ?? ServiceName(container, endpoint, route.Family);
            var place = new ServicePlace(route.Family, route.VirtualAddress, vip.Port ?? endpoint.Private, endpoint.Protocol);
            var target = new CheckTarget(endpoint.Protocol, route.Family, route.Place, endpoint.Kind);
            var backend = BackendLabels.Read(container, section, target, forward, wrong, reasons);
            claims.Add(new Claim(
                new WantedService(name, ServiceMembers(section, place), container) { Place = place, Cause = cause, IsAwaiting = route.IsAwaiting },
                new WantedBackend(name, BackendName(container, endpoint.Protocol, route.Place.Port), backend, container)
                {
                    Drain = drain,
                    Resting = resting ?? (container.IsPaused ? "paused" : section.Text("weight") == "0" ? "weight 0" : null),
                    DirectAddress = forward == "dr" ? vip.Address : null,
                    IsAwaiting = route.IsAwaiting,
                    Kind = endpoint.Kind,
                    Place = route.Place,
                }));
        }

        refused.AddRange(reasons);
        return reasons.Count > 0 ? [] : claims;
    }

    private static JsonObject ServiceMembers(LabelSection section, ServicePlace place)
    {
        var members = new JsonObject { ["port"] = place.Port, ["protocol"] = place.Protocol };
        Put(members, "host", place.Address?.ToString());
        Put(members, "method", section.Text("method")?.ToLowerInvariant());
        return members;
    }

    /// <summary>Why containers may not have a service there.</summary>
    private IEnumerable<string> Refusals(LabelSection section, IPAddress? address, int port, string cause)
    {
        if (address is not null && !rules.Allows(address, host) && host.Of(address.AddressFamily) is not null) // without an address, the device's own is not known
        {
            yield return $"{cause}: containers may not have services at {address}, which is not an address of device {host.Device}; leave the address out, or start the link with --allow-vip {address}";
        }

        if (!rules.Ports.Free && !rules.Ports.Lists(port))
        {
            yield return $"{cause}: containers may not have services at port {port}; choose another with label {section.Label("vip")} (\":8080\"), or add the port to the link's --allow-port";
        }
    }

    private static string ReadForward(LabelSection section, Endpoint endpoint, IPAddress? vip, List<string> wrong)
    {
        var forward = section.Text("forward")?.ToLowerInvariant() ?? "nat";
        if (forward == "dr" && vip is null)
        {
            wrong.Add(section.Complain("forward", $"needs {section.Label("vip")}, the address that the container holds, too"));
        }

        if (forward != "nat" && endpoint.Kind == EndpointKind.HostNetwork)
        {
            wrong.Add(section.Complain("forward", "must be nat, because the container uses the host's network and cannot hold an address of its own"));
        }

        return forward;
    }

    /// <summary>
    /// The ways to a port: by the family of the service's address, else by IPv4 before IPv6. One that awaits an address of the host does not keep the next
    /// one from being taken, but what was made of it before must be known.
    /// </summary>
    private List<Route> Routes(Endpoint endpoint, IPAddress? vip)
    {
        var routes = new List<Route>();
        if (endpoint.V4 is { } v4 && vip?.AddressFamily != AddressFamily.InterNetworkV6)
        {
            routes.Add(new Route(AddressFamily.InterNetwork, v4, vip, v4.Address is null || IsUnknown(vip)));
        }

        if (endpoint.V6 is { } v6 && vip?.AddressFamily != AddressFamily.InterNetwork && routes.All(route => route.IsAwaiting))
        {
            var address = vip ?? host.V6;
            routes.Add(new Route(AddressFamily.InterNetworkV6, v6, address, v6.Address is null || address is null || IsUnknown(vip)));
        }

        return routes;
    }

    /// <summary>Whether it cannot be said that an address is the device's, which has none of this family at present.</summary>
    private bool IsUnknown(IPAddress? address) => address is not null && host.Of(address.AddressFamily) is null && !rules.Allows(address, host);

    /// <summary>gorb.vip: "10.0.0.100", "10.0.0.100:8080", "[fd00::1]:80", or ":8080" for the default address.</summary>
    private static (IPAddress? Address, ushort? Port) ReadVip(LabelSection section, List<string> wrong)
    {
        var text = section.Text("vip");
        if (text is null)
        {
            return default;
        }

        var digits = text.StartsWith(':') ? text[1..] : null;
        if (digits is not null && ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0)
        {
            return (null, port);
        }

        if (digits is null && AddressText.TryParseEndpoint(text, out var address, out var given) && given != 0)
        {
            return (address, given);
        }

        var fault = text.Contains(':', StringComparison.Ordinal) ? null : AddressText.FindFault(text);
        wrong.Add(section.Complain("vip", fault ?? "must be an address, with a port or without: 10.0.0.100, 10.0.0.100:8080, [fd00::1]:80 or :8080"));
        return default;
    }

    private static string? ReadDrain(LabelSection section, List<string> wrong)
    {
        var text = section.Text("drain");
        if (text is not null && !Duration.TryParse(text, out _))
        {
            wrong.Add(section.Complain("drain", "must be a time such as 30s"));
        }

        return text;
    }

    /// <summary>GORB's name: image, private port and protocol. A service of the host's IPv6 address is another service.</summary>
    private static string ServiceName(Container container, Endpoint endpoint, AddressFamily addressFamily)
    {
        var image = container.Image.Replace('/', '-').Replace(':', '-');
        var family = addressFamily == AddressFamily.InterNetworkV6 ? "-v6" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{image}-{endpoint.Private}-{endpoint.Protocol}{family}").Trim('-');
    }

    /// <summary>GORB's name: container, public port and protocol.</summary>
    private static string BackendName(Container container, string protocol, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{container.Name.Replace('/', '-').Replace(':', '-')}-{port}-{protocol}").Trim('-');

    private static void Put(JsonObject members, string name, string? value)
    {
        if (value is not null)
        {
            members[name] = value;
        }
    }

    /// <param name="Family">Of the packets.</param>
    /// <param name="Place">Where they go.</param>
    /// <param name="VirtualAddress">Where clients send them; null for Gorb's default.</param>
    /// <param name="IsAwaiting">One of the two is an address that the host lacks at present.</param>
    private readonly record struct Route(AddressFamily Family, EndpointAddress Place, IPAddress? VirtualAddress, bool IsAwaiting);
}
