using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gorb.Model.Text;

namespace Gorb.Sources.Docker;

/// <summary>Translates a section of a container's labels into claims. Pure: uses no engine, no network and no clock.</summary>
/// <param name="host">The host's current addresses.</param>
/// <param name="exposedByDefault">Whether a container without the label gorb.enable is routed.</param>
/// <param name="network">The network for containers without the label gorb.network: its members are reached at their own address. Null for none.</param>
/// <param name="rules">The limits on labels.</param>
internal sealed class SectionReader(HostAddress host, bool exposedByDefault, string? network, LabelRules rules)
{
    private readonly SortedSet<AddressFamily> _lacking = [];

    /// <summary>The address families that a claim needs and of which the host has no address at present.</summary>
    public IReadOnlyCollection<AddressFamily> Lacking => _lacking;

    /// <param name="container">The container.</param>
    /// <param name="section">The section.</param>
    /// <param name="quiesceReason">Why the container gets no new connections, or null.</param>
    /// <param name="wrong">Receives errors of invalid labels. One such error excludes the whole container.</param>
    /// <param name="refused">Receives errors of labels that are valid but not permitted. Such an error excludes only the claim that needs the label.</param>
    public IReadOnlyList<Claim> Read(Container container, LabelSection section, string? quiesceReason, List<string> wrong, List<string> refused)
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

        return wrong.Count > 0 ? [] : [.. endpoints.SelectMany(endpoint => Read(container, section, endpoint, service, quiesceReason, wrong, refused))];
    }

    private List<Claim> Read(
        Container container, LabelSection section, Endpoint endpoint, string? service, string? quiesceReason, List<string> wrong, List<string> refused)
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
                    QuiesceReason = quiesceReason ?? (container.IsPaused ? "paused" : section.Text("weight") == "0" ? "weight 0" : null),
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
        switch (section.Text("masquerade")?.ToLowerInvariant())
        {
            case "false": // the default
                break;
            case "true":
                members["masquerade"] = true; // as GET shows it, for the comparison with the present service
                break;
            case var word:
                Put(members, "masquerade", word);
                break;
        }

        return members;
    }

    /// <summary>Why the rules forbid a service at this address and port.</summary>
    private IEnumerable<string> Refusals(LabelSection section, IPAddress? address, int port, string cause)
    {
        if (address is not null && !rules.Allows(address, host) && host.Of(address.AddressFamily) is not null) // without it, the owner is unknown
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
    /// Finds the routes to a port. With a virtual address its family decides, else IPv4 comes before IPv6. IPv6 is added only if the IPv4 route awaits an address of the
    /// host; the awaiting route stays in the list so that the objects declared for it before are kept.
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

    /// <summary>Whether the owner of an address is unknown, because the device has no address of that family at present.</summary>
    private bool IsUnknown(IPAddress? address) => address is not null && host.Of(address.AddressFamily) is null && !rules.Allows(address, host);

    /// <summary>Parses gorb.vip: "10.0.0.100", "10.0.0.100:8080", "[fd00::1]:80", or ":8080" for the default address.</summary>
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

    /// <summary>Builds the service name as GORB does: image, private port and protocol. A service at the host's IPv6 address is a separate one with the suffix "-v6".</summary>
    private static string ServiceName(Container container, Endpoint endpoint, AddressFamily addressFamily)
    {
        var image = container.Image.Replace('/', '-').Replace(':', '-');
        var family = addressFamily == AddressFamily.InterNetworkV6 ? "-v6" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{image}-{endpoint.Private}-{endpoint.Protocol}{family}").Trim('-');
    }

    /// <summary>Builds the backend name as GORB does: container, public port and protocol.</summary>
    private static string BackendName(Container container, string protocol, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{container.Name.Replace('/', '-').Replace(':', '-')}-{port}-{protocol}").Trim('-');

    private static void Put(JsonObject members, string name, string? value)
    {
        if (value is not null)
        {
            members[name] = value;
        }
    }

    /// <param name="Family">The address family of the packets.</param>
    /// <param name="Place">The address and port of the container.</param>
    /// <param name="VirtualAddress">The service's address; null for Gorb's default.</param>
    /// <param name="IsAwaiting">Whether one of the two needs an address that the host lacks at present.</param>
    private readonly record struct Route(AddressFamily Family, EndpointAddress Place, IPAddress? VirtualAddress, bool IsAwaiting);
}
