using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs.Addresses;

namespace Gorb.Targets.Host.Addresses;

/// <summary>The links and addresses of this host at one time.</summary>
internal sealed class HostAddresses
{
    private readonly Dictionary<uint, NetworkLink> _links;
    private readonly ILookup<IPAddress, LinkAddress> _addresses;
    private readonly List<LinkAddress> _subnets;

    public HostAddresses(IReadOnlyList<NetworkLink> links, IReadOnlyList<LinkAddress> addresses)
    {
        Links = links;
        _links = links.ToDictionary(static link => link.Index);
        _addresses = addresses.ToLookup(static address => address.Address);
        _subnets = [.. addresses.Where(static address => !IsHost(address))];
    }

    public IReadOnlyList<NetworkLink> Links { get; }

    public static HostAddresses Read(IAddressClient client) => new(client.GetLinks(), client.GetAddresses());

    /// <summary>The devices that have an address, in the kernel's order.</summary>
    public IEnumerable<string> DevicesOf(IPAddress address) => _addresses[address].Select(NameOf).OfType<string>();

    /// <summary>Whether a device has an address as Gorb adds it, as /32 or /128.</summary>
    public bool Has(string device, IPAddress address) => _addresses[address].Any(held => IsHost(held) && NameOf(held) == device);

    /// <summary>Whether this host has an address that Gorb did not add.</summary>
    public bool HasForeign(IPAddress address, VipLedger ledger) => _addresses[address].Any(held => !IsHost(held) || NameOf(held) is not { } device || !ledger.Owns(device, address));

    /// <summary>
    /// The links whose neighbours can know an address: those with ARP that are up and have the address itself, or another one in whose subnet it lies. There neighbours ask for
    /// it, also when the address is on a dummy device.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="device">The device that gets the address, on which neighbours will know it, too; null for none.</param>
    public IReadOnlyList<NetworkLink> FindWires(IPAddress address, string? device = null)
    {
        var holders = _addresses[address].Concat(_subnets.Where(subnet => Contains(subnet, address))).Select(static held => held.Link).ToHashSet();
        return [.. Links.Where(link => link is { UsesArp: true, IsRunning: true } && (holders.Contains(link.Index) || link.Name == device))];
    }

    private static bool IsHost(LinkAddress held) => held.PrefixLength == (held.Address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);

    private static bool Contains(LinkAddress subnet, IPAddress address)
    {
        var (one, other) = (subnet.Address.GetAddressBytes(), address.GetAddressBytes());
        if (one.Length != other.Length)
        {
            return false;
        }

        var (whole, rest) = (subnet.PrefixLength / 8, subnet.PrefixLength % 8);
        return one.AsSpan(0, whole).SequenceEqual(other.AsSpan(0, whole)) && (rest == 0 || (one[whole] ^ other[whole]) >> (8 - rest) == 0);
    }

    private string? NameOf(LinkAddress held) => _links.GetValueOrDefault(held.Link)?.Name;
}
