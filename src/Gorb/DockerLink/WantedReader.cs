using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gorb.Text;

namespace Gorb.DockerLink;

/// <summary>Works out what containers ask for. Pure: no engine, no network, no clock.</summary>
/// <param name="host">The host's own addresses.</param>
/// <param name="exposedByDefault">Whether a container that does not say gorb.enable is routed.</param>
/// <param name="network">The network in which containers that do not say gorb.network are reached, if they are in there; or null.</param>
internal sealed class WantedReader(ContainerAddress host, bool exposedByDefault, string? network = null)
{
    private static readonly string[] PulseNumbers = ["rise", "fall"];
    private static readonly string[] PulseTexts = ["type", "interval", "timeout", "backoff"];

    /// <param name="containers">The containers that run.</param>
    /// <param name="resting">Why some of them, by id, get no new connections.</param>
    public Wanted Read(IEnumerable<Container> containers, IReadOnlyDictionary<string, string> resting)
    {
        var services = new Dictionary<string, WantedService>(StringComparer.Ordinal);
        var backends = new Dictionary<(string, string), WantedBackend>();
        var complaints = new List<string>();
        foreach (var container in containers.OrderBy(container => container.Name, StringComparer.Ordinal))
        {
            var wrong = new List<string>();
            var outvoted = new List<string>(); // known to be wrong, but no reason to leave the container out
            foreach (var section in LabelSection.Read(container.Labels, wrong))
            {
                var found = wrong.Count == 0 ? Read(container, section, resting.GetValueOrDefault(container.Id), wrong) : [];
                foreach (var (service, backend) in wrong.Count == 0 ? found : [])
                {
                    var first = services.TryGetValue(service.Name, out var known) ? known : services[service.Name] = service;
                    if (!JsonNode.DeepEquals(first.Members, service.Members))
                    {
                        outvoted.Add($"says {service.Members.ToJsonString()} of service {service.Name}, where container {first.Source.Name} says {first.Members.ToJsonString()}, which holds");
                    }

                    backends[(backend.Service, backend.Name)] = backend;
                }
            }

            complaints.AddRange(wrong.Concat(outvoted).Select(text => $"container {container.Name}: {text}"));
        }

        return new Wanted(services, backends, complaints);
    }

    private List<(WantedService, WantedBackend)> Read(Container container, LabelSection section, string? resting, List<string> wrong)
    {
        if (!(section.Flag("enable", wrong) ?? exposedByDefault))
        {
            return [];
        }

        var endpoints = Endpoint.Of(container, section, host, network, wrong);
        var service = section.Text("service") ?? section.Name;
        if (service is not null && endpoints.Count > 1)
        {
            wrong.Add($"label {section.Label("port")}: is required, because service {service} is one port and the container has {string.Join(", ", endpoints.Select(endpoint => endpoint.Text))}");
        }

        return wrong.Count > 0 ? [] : [.. endpoints.Select(endpoint => Read(container, section, endpoint, service, resting, wrong)).OfType<(WantedService, WantedBackend)>()];
    }

    private (WantedService, WantedBackend)? Read(Container container, LabelSection section, Endpoint endpoint, string? service, string? resting, List<string> wrong)
    {
        var vip = ReadVip(section, wrong);
        var place = vip.Address?.AddressFamily switch
        {
            AddressFamily.InterNetwork => endpoint.V4,
            AddressFamily.InterNetworkV6 => endpoint.V6,
            _ => endpoint.V4 ?? endpoint.V6,
        };
        var virtualAddress = vip.Address ?? (place?.AddressFamily == AddressFamily.InterNetworkV6 ? host.V6 : null);
        if (place is null || (place.AddressFamily == AddressFamily.InterNetworkV6 && virtualAddress is null))
        {
            wrong.Add($"port {endpoint.Text}: has no address of the service's family, IPv{(vip.Address?.AddressFamily == AddressFamily.InterNetworkV6 ? 6 : 4)}; see gorb.vip, and option -i for the host's own address");
            return null;
        }

        var forward = section.Text("forward")?.ToLowerInvariant() ?? "nat";
        if (forward == "dr" && vip.Address is null)
        {
            wrong.Add(section.Complain("forward", $"needs {section.Label("vip")}, the address that the container holds, too"));
        }

        var name = service ?? ServiceName(container, endpoint, place.AddressFamily);
        var members = new JsonObject { ["port"] = (int)(vip.Port ?? endpoint.Private), ["protocol"] = endpoint.Protocol };
        Put(members, "host", virtualAddress?.ToString());
        Put(members, "method", section.Text("method")?.ToLowerInvariant());
        var backend = new WantedBackend(name, BackendName(container, endpoint.Protocol, place.Port), ReadBackend(container, section, endpoint, place, forward, wrong), container)
        {
            Drain = ReadDrain(section, wrong),
            Resting = resting ?? (container.IsPaused ? "paused" : section.Text("weight") == "0" ? "weight 0" : null),
            DirectAddress = forward == "dr" ? vip.Address : null,
        };
        return wrong.Count > 0 ? null : (new WantedService(name, members, container), backend);
    }

    private static JsonObject ReadBackend(Container container, LabelSection section, Endpoint endpoint, IPEndPoint place, string forward, List<string> wrong)
    {
        var members = new JsonObject { ["host"] = place.Address.ToString(), ["port"] = place.Port, ["method"] = forward };
        if (section.Number("weight", int.MaxValue, wrong) is > 0 and var weight)
        {
            members["weight"] = weight;
        }

        var pulse = ReadPulse(section, endpoint, wrong);
        if (pulse?["type"]?.GetValue<string>() == "docker")
        {
            if (container.IsHealthy is { } isHealthy)
            {
                members["force"] = isHealthy ? "up" : "down";
            }
            else if (!container.IsPaused) // of a paused one the engine does not tell; what was known of it before holds
            {
                wrong.Add(section.Complain("pulse.type", "the container's image has no HEALTHCHECK"));
            }

            pulse = new JsonObject { ["type"] = "none" };
        }

        if (pulse is not null)
        {
            members["pulse"] = pulse;
        }

        return members;
    }

    /// <summary>The health check of the labels; without any, none for what is not TCP, and else Gorb's default.</summary>
    private static JsonObject? ReadPulse(LabelSection section, Endpoint endpoint, List<string> wrong)
    {
        var pulse = new JsonObject();
        var args = new JsonObject();
        foreach (var (key, value) in section.PulseMembers)
        {
            if (PulseNumbers.Contains(key))
            {
                pulse[key] = section.Number($"pulse.{key}", int.MaxValue, wrong);
            }
            else
            {
                (PulseTexts.Contains(key) ? pulse : args)[key] = value;
            }
        }

        if (args.Count > 0)
        {
            pulse["args"] = args;
        }

        if (endpoint.Protocol != "tcp" && !pulse.ContainsKey("type"))
        {
            pulse["type"] = "none";
        }

        return pulse.Count > 0 ? pulse : null;
    }

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

        if (digits is null && IPEndPoint.TryParse(text, out var endpoint))
        {
            return (endpoint.Address, endpoint.Port == 0 ? null : (ushort)endpoint.Port);
        }

        wrong.Add(section.Complain("vip", "must be an address, with a port or without: 10.0.0.100, 10.0.0.100:8080, [fd00::1]:80 or :8080"));
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
}
