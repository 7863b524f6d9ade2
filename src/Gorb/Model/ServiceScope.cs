using System.IO.Enumeration;
using System.Net;
using Gorb.Ipvs;

namespace Gorb.Model;

/// <summary>
/// What a token is for. Names, addresses and ports limit the services that it may see and change; a source limits it to what it may declare, whatever it may see.
/// </summary>
/// <param name="Patterns">The patterns of the services' names, in which * stands for any characters; none stands for all names.</param>
internal sealed record ServiceScope(ValueList<string> Patterns)
{
    public static ServiceScope All { get; } = new(ValueList<string>.Empty);

    /// <summary>The only source whose part it may change, by declaring it; null for no such limit.</summary>
    public string? Source { get; init; }

    /// <summary>The networks of the services' virtual addresses; none stands for all.</summary>
    public ValueList<IPNetwork> Vips { get; init; } = ValueList<IPNetwork>.Empty;

    /// <summary>The ports of the services; none stands for all.</summary>
    public ValueList<PortRange> Ports { get; init; } = ValueList<PortRange>.Empty;

    /// <summary>True if every service may be seen, and what concerns no single service.</summary>
    public bool IsAll => Patterns.Count == 0 && !LimitsPlaces;

    /// <summary>True if addresses or ports are limited.</summary>
    public bool LimitsPlaces => Vips.Count > 0 || Ports.Count > 0;

    /// <summary>True if a name is included, whether a service has it or not.</summary>
    public bool Includes(string service)
    {
        if (Patterns.Count == 0)
        {
            return true;
        }

        foreach (var pattern in Patterns)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, service, ignoreCase: false))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True if the place of a service is included. A firewall mark is no place: packets of any address can have it.</summary>
    /// <param name="key">The place; null where it is not known yet.</param>
    public bool Includes(ServiceKey? key) => !LimitsPlaces || (key is { Address: { } address, Port: var port }
        && (Vips.Count == 0 || Vips.Any(network => network.Contains(address)))
        && (Ports.Count == 0 || Ports.Any(range => range.Contains(port))));

    public bool Includes(Service service) => Includes(service.Name) && Includes(service.Spec.Key);

    /// <summary>The limits as text, for errors.</summary>
    public override string ToString() => string.Join("; ", ((string[])
    [
        string.Join(' ', Patterns),
        Source is null ? "" : $"source {Source}",
        Vips.Count == 0 ? "" : $"addresses {string.Join(' ', Vips)}",
        Ports.Count == 0 ? "" : $"ports {string.Join(' ', Ports)}",
    ]).Where(static part => part.Length > 0));
}
