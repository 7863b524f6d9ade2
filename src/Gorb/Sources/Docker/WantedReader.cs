using System.Net.Sockets;

namespace Gorb.Sources.Docker;

/// <summary>Translates the labels of all containers into claims.</summary>
/// <param name="host">Reads the host's own addresses; called at each reading, because addresses arrive late (DHCP), change and disappear.</param>
/// <param name="exposedByDefault">Whether a container without the label gorb.enable is routed.</param>
/// <param name="network">The network for containers without the label gorb.network: its members are reached at their own address. Null for none.</param>
/// <param name="rules">The limits on labels; null for the default.</param>
internal sealed class WantedReader(Func<HostAddress> host, bool exposedByDefault, string? network = null, LabelRules? rules = null)
{
    /// <param name="containers">The running containers.</param>
    /// <param name="quiesced">The containers by id that get no new connections, each with the reason.</param>
    /// <param name="former">The containers of the previous list.</param>
    public Claims Read(IEnumerable<Container> containers, IReadOnlyDictionary<string, string> quiesced, IEnumerable<Container>? former = null)
    {
        var claims = new List<Claim>();
        var complaints = new List<string>();
        var present = host();
        var reader = new SectionReader(present, exposedByDefault, network, rules ?? LabelRules.Default);
        var listed = containers.OrderBy(container => container.Created).ThenBy(container => container.Name, StringComparer.Ordinal).ToList();
        foreach (var container in listed)
        {
            var wrong = new List<string>();
            var refused = new List<string>(); // does not exclude the container's other claims
            var sections = LabelSection.Read(container.Labels, wrong).ToList();
            var found = wrong.Count == 0 ? sections.ConvertAll(section => Read(reader, container, section, quiesced, wrong, refused)) : [];
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
            Running = listed.FindAll(container => quiesced.GetValueOrDefault(container.Id) != TerminatingContainers.Stopping),
            Recent = [.. listed.Concat(former ?? [])],
        };
    }

    /// <summary>Reads one section with an error list of its own, so that errors in one section do not hide those of the next.</summary>
    private static IReadOnlyList<Claim> Read(
        SectionReader reader, Container container, LabelSection section, IReadOnlyDictionary<string, string> quiesced, List<string> wrong, List<string> refused)
    {
        var own = new List<string>();
        var read = reader.Read(container, section, quiesced.GetValueOrDefault(container.Id), own, refused);
        wrong.AddRange(own);
        return read;
    }
}
