using System.Globalization;
using System.Net;
using Gorb.Model.Text;

namespace Gorb.Sources.Docker;

/// <summary>What labels may ask for. Whoever may start a container writes its labels, so they are not trusted with more than that.</summary>
internal sealed record LabelRules
{
    public static LabelRules Default { get; } = new();

    /// <summary>Addresses that services may take beside the device's own (--allow-vip).</summary>
    public IReadOnlyList<IPNetwork> Addresses { get; init; } = [];

    /// <summary>Ports that services may take (--allow-port).</summary>
    public AllowedPorts Ports { get; init; } = AllowedPorts.Default;

    /// <summary>Whether containers may add themselves to services that no link made (--join).</summary>
    public bool Join { get; init; }

    /// <summary>Reads an address block, or an address, which is a block of one; null when it is neither.</summary>
    public static IPNetwork? ParseNetwork(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!AddressText.TryParse(slash < 0 ? text : text[..slash], out var address))
        {
            return null;
        }

        var bits = address.GetAddressBytes().Length * 8;
        return slash < 0 ? new IPNetwork(address, bits)
            : int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= bits && IPNetwork.TryParse(text, out var network) ? network
            : null;
    }

    /// <summary>Whether a service may take an address of a host that has this one.</summary>
    public bool Allows(IPAddress address, HostAddress host) => host.Owns(address) || Addresses.Any(network => network.Contains(address));
}
