using System.Net.Sockets;

namespace Gorb.Sources.Docker;

/// <summary>Works out what containers ask for.</summary>
/// <param name="host">The host's own addresses, asked for at each reading: they come late (DHCP), change and go.</param>
/// <param name="exposedByDefault">Whether a container that does not say gorb.enable is routed.</param>
/// <param name="network">The network in which containers that do not say gorb.network are reached, if they are in there; or null.</param>
/// <param name="rules">What labels may ask for; null for the default.</param>
internal sealed class WantedReader(Func<HostAddress> host, bool exposedByDefault, string? network = null, LabelRules? rules = null)
{
    /// <param name="containers">The containers that run.</param>
    /// <param name="resting">Why some of them, by id, get no new connections.</param>
    /// <param name="former">The containers that ran before.</param>
    public Claims Read(IEnumerable<Container> containers, IReadOnlyDictionary<string, string> resting, IEnumerable<Container>? former = null)
    {
        var claims = new List<Claim>();
        var complaints = new List<string>();
        var present = host();
        var reader = new SectionReader(present, exposedByDefault, network, rules ?? LabelRules.Default);
        var listed = containers.OrderBy(container => container.Created).ThenBy(container => container.Name, StringComparer.Ordinal).ToList();
        foreach (var container in listed)
        {
            var wrong = new List<string>();
            var refused = new List<string>(); // no reason to leave the rest of the container out
            var sections = LabelSection.Read(container.Labels, wrong).ToList();
            var found = wrong.Count == 0 ? sections.ConvertAll(section => Read(reader, container, section, resting, wrong, refused)) : [];
            claims.AddRange(wrong.Count == 0 ? found.SelectMany(read => read) : []);
            complaints.AddRange(wrong.Concat(refused).Distinct().Select(text => $"container {container.Name}: {text}"));
        }

        if (reader.Lacking.Count > 0)
        {
            var families = string.Join(" and ", reader.Lacking.Select(family => $"no IPv{(family == AddressFamily.InterNetworkV6 ? 6 : 4)}"));
            complaints.Add($"device {present.Device} has {families} address at present: containers that are reached there are not added until it has, "
                + "and those that were are left as they are; option -i names another device");
        }

        return new Claims(claims, complaints)
        {
            Host = present,
            Running = listed.FindAll(container => resting.GetValueOrDefault(container.Id) != TerminatingContainers.Stopping),
            Recent = [.. listed.Concat(former ?? [])],
        };
    }

    /// <summary>What is wrong in one section keeps nobody from being told of what is wrong in the next.</summary>
    private static IReadOnlyList<Claim> Read(
        SectionReader reader, Container container, LabelSection section, IReadOnlyDictionary<string, string> resting, List<string> wrong, List<string> refused)
    {
        var own = new List<string>();
        var read = reader.Read(container, section, resting.GetValueOrDefault(container.Id), own, refused);
        wrong.AddRange(own);
        return read;
    }
}
