using System.Net;
using System.Net.Sockets;

namespace Gorb.Targets.Host;

/// <summary>What kernel settings depend on beside the table: the kernel and the network of this host.</summary>
/// <param name="Kernel">The version of the kernel.</param>
/// <param name="Addresses">The addresses of the host's network devices.</param>
/// <param name="AdvertisedRoutes">The devices from whose router advertisements an IPv6 default route comes; read when it is needed.</param>
internal sealed record HostFacts(Version Kernel, IReadOnlyList<DeviceAddress> Addresses, Lazy<IReadOnlyList<string>> AdvertisedRoutes)
{
    /// <summary>Whether this host shares its connections with other directors.</summary>
    public bool HasPeers { get; init; }

    // These two are called for each of ten thousand backends while a start waits, so they allocate nothing.

    /// <summary>True for an address of this host.</summary>
    public bool IsLocal(IPAddress address)
    {
        for (var i = 0; i < Addresses.Count; i++)
        {
            if (Addresses[i].Address.Equals(address))
            {
                return true;
            }
        }

        return IPAddress.IsLoopback(address);
    }

    /// <summary>Returns the device of an IPv4 address's network, the smallest if there are several; null if it is on none of this host's networks.</summary>
    public string? FindDevice(IPAddress address)
    {
        var found = default(DeviceAddress);
        for (var i = 0; i < Addresses.Count; i++)
        {
            var one = Addresses[i];
            if (one.PrefixLength < 32 && one.PrefixLength > found.PrefixLength && one.Covers(address))
            {
                found = one;
            }
        }

        return found.Device;
    }

    /// <summary>
    /// Returns the devices whose network has an IPv4 address that another device of this host has: hosts of the network ask them for the address.
    /// </summary>
    public IEnumerable<string> FindOtherDevices(IPAddress address)
    {
        if (!IsLocal(address))
        {
            return [];
        }

        var holders = Addresses.Where(one => one.Address.Equals(address)).Select(static one => one.Device).ToHashSet();
        return holders.Count == 0 ? [] : Networks(address).Where(one => one.AnswersArp && !holders.Contains(one.Device)).Select(static one => one.Device).Distinct();
    }

    private IEnumerable<DeviceAddress> Networks(IPAddress address) => Addresses.Where(one => one.PrefixLength < 32 && one.Covers(address));
}

/// <summary>An address of a network device.</summary>
/// <param name="Device">The name of the device.</param>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">The length of its network's prefix in bits.</param>
/// <param name="AnswersArp">True for an Ethernet device other than a dummy.</param>
internal readonly record struct DeviceAddress(string Device, IPAddress Address, int PrefixLength, bool AnswersArp)
{
    /// <summary>True when an IPv4 address is in the network of this one. False for IPv6.</summary>
    public bool Covers(IPAddress other) => Address.AddressFamily == AddressFamily.InterNetwork && other.AddressFamily == AddressFamily.InterNetwork
        && PrefixLength > 0 && (Bits(Address) ^ Bits(other)) >> (32 - PrefixLength) == 0;

    private static uint Bits(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
