using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Gorb.DockerLink;

/// <summary>Works out what containers ask for.</summary>
/// <param name="host">The host's own addresses, asked for at each reading: they come late (DHCP), change and go.</param>
/// <param name="exposedByDefault">Whether a container that does not say gorb.enable is routed.</param>
/// <param name="network">The network in which containers that do not say gorb.network are reached, if they are in there; or null.</param>
internal sealed class WantedReader(Func<HostAddress> host, bool exposedByDefault, string? network = null)
{
    /// <param name="containers">The containers that run.</param>
    /// <param name="resting">Why some of them, by id, get no new connections.</param>
    public Wanted Read(IEnumerable<Container> containers, IReadOnlyDictionary<string, string> resting)
    {
        var services = new Dictionary<string, WantedService>(StringComparer.Ordinal);
        var backends = new Dictionary<(string, string), WantedBackend>();
        var complaints = new List<string>();
        var present = host();
        var reader = new SectionReader(present, exposedByDefault, network);
        foreach (var container in containers.OrderBy(container => container.Name, StringComparer.Ordinal))
        {
            var wrong = new List<string>();
            var outvoted = new List<string>(); // known to be wrong, but no reason to leave the container out
            var sections = LabelSection.Read(container.Labels, wrong).ToList();
            var found = wrong.Count == 0 ? sections.ConvertAll(section => Read(reader, container, section, resting, wrong)).SelectMany(read => read) : [];
            foreach (var (service, backend) in wrong.Count == 0 ? found : [])
            {
                Add(services, service, outvoted);
                backends[(backend.Service, backend.Name)] = backend;
            }

            complaints.AddRange(wrong.Concat(outvoted).Distinct().Select(text => $"container {container.Name}: {text}"));
        }

        if (reader.Lacking.Count > 0)
        {
            var families = string.Join(" and ", reader.Lacking.Select(family => $"no IPv{(family == AddressFamily.InterNetworkV6 ? 6 : 4)}"));
            complaints.Add($"device {present.Device} has {families} address at present: containers that are reached there are not added until it has, "
                + "and those that were are left as they are; option -i names another device");
        }

        return new Wanted(services, backends, complaints);
    }

    /// <summary>What is wrong in one section keeps nobody from being told of what is wrong in the next.</summary>
    private static IReadOnlyList<(WantedService Service, WantedBackend Backend)> Read(
        SectionReader reader, Container container, LabelSection section, IReadOnlyDictionary<string, string> resting, List<string> wrong)
    {
        var own = new List<string>();
        var read = reader.Read(container, section, resting.GetValueOrDefault(container.Id), own);
        wrong.AddRange(own);
        return read;
    }

    /// <summary>The first container to speak of a service is right about it.</summary>
    private static void Add(Dictionary<string, WantedService> services, WantedService service, List<string> outvoted)
    {
        if (!services.TryGetValue(service.Name, out var first) || (first.IsAwaiting && !service.IsAwaiting))
        {
            services[service.Name] = service;
        }
        else if (!service.IsAwaiting && !JsonNode.DeepEquals(first.Members, service.Members))
        {
            outvoted.Add($"says {service.Members.ToJsonString()} of service {service.Name}, where container {first.Source.Name} says {first.Members.ToJsonString()}, which holds");
        }
    }
}
