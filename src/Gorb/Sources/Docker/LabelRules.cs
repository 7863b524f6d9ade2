using System.Net;

namespace Gorb.Sources.Docker;

/// <summary>The limits on labels. Every user who may start a container writes its labels, so labels are not trusted beyond these limits.</summary>
internal sealed record LabelRules
{
    public static LabelRules Default { get; } = new();

    /// <summary>Addresses that services may use in addition to the device's own (--allow-vip).</summary>
    public IReadOnlyList<IPNetwork> Addresses { get; init; } = [];

    /// <summary>Ports that services may use (--allow-port).</summary>
    public AllowedPorts Ports { get; init; } = AllowedPorts.Default;

    /// <summary>Whether containers may join services that no link declares (--join).</summary>
    public bool Join { get; init; }

    /// <summary>Whether a service may use an address, given the addresses of the host.</summary>
    public bool Allows(IPAddress address, HostAddress host) => host.Owns(address) || Addresses.Any(network => network.Contains(address));
}
