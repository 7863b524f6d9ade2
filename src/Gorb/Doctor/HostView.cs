using System.Net;
using Gorb.Doctor.Facts;
using Gorb.Ipvs;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Filters;
using Gorb.Ipvs.Routes;

namespace Gorb.Doctor;

/// <summary>Facts about this host at one moment. The defaults are those of a host on which nothing is wrong, so that a test plants one fact.</summary>
internal sealed record HostView
{
    /// <summary>The kernel's version.</summary>
    public Version KernelVersion { get; init; } = new(6, 12);

    /// <summary>Why the kernel's IPVS cannot be used; null when it can.</summary>
    public string? IpvsTrouble { get; init; }

    /// <summary>The kernel's IPVS table, with what others put there.</summary>
    public IReadOnlyList<TableEntry> Entries { get; init; } = [];

    /// <summary>Buckets of the kernel's connection table.</summary>
    public uint ConnectionTableSize { get; init; } = 4096;

    /// <summary>The process that balances: the daemon, or this program where none runs.</summary>
    public ProcessFacts Process { get; init; } = new();

    /// <summary>The daemon's own facts; null where none runs.</summary>
    public DaemonFacts? Daemon { get; init; }

    /// <summary>Why the state file cannot be written; null when it can.</summary>
    public StateTrouble? State { get; init; }

    /// <summary>The value of a kernel setting (sysctl) by its name with dots; null when it does not exist or cannot be read.</summary>
    public Func<string, string?> Setting { get; init; } = static _ => null;

    /// <summary>The network devices.</summary>
    public IReadOnlyList<NetworkLink> Links { get; init; } = [];

    /// <summary>The addresses of the network devices.</summary>
    public IReadOnlyList<LinkAddress> Addresses { get; init; } = [];

    /// <summary>The devices by which a router advertised an IPv6 default route.</summary>
    public IReadOnlyList<string> AdvertisedRoutes { get; init; } = [];

    /// <summary>The neighbours on the links.</summary>
    public IReadOnlyList<NeighborEntry> Neighbors { get; init; } = [];

    /// <summary>The sockets that listen at ports of services and backends.</summary>
    public IReadOnlyList<Listener> Listeners { get; init; } = [];

    /// <summary>The chains of the packet filter.</summary>
    public IReadOnlyList<FilterChain> Chains { get; init; } = [];

    /// <summary>What the routing daemon BIRD announces; null where none runs.</summary>
    public BirdFacts? Bird { get; init; }

    /// <summary>What the hosts around answered; nothing when they were not asked.</summary>
    public ProbeFacts Probes { get; init; } = new();

    /// <summary>The kernel modules that are loaded or built in; null when they cannot be known.</summary>
    public IReadOnlySet<string>? Modules { get; init; }

    /// <summary>Asks for the route of a packet; null when it cannot be asked.</summary>
    public Func<RouteQuery, RouteAnswer?> Route { get; init; } = static _ => null;

    /// <summary>Facts that could not be read, with the reason.</summary>
    public IReadOnlyList<string> Unread { get; init; } = [];

    /// <summary>The device that has an address, or null.</summary>
    public NetworkLink? LinkOf(IPAddress address) => Addresses.FirstOrDefault(entry => entry.Address.Equals(address)) is { } held ? Link(held.Link) : null;

    /// <summary>The device of an index, or null.</summary>
    public NetworkLink? Link(uint index) => Links.FirstOrDefault(link => link.Index == index);

    /// <summary>The Ethernet device in whose subnet an address is, or null: there its neighbours ask for it.</summary>
    public NetworkLink? WireOf(IPAddress address) => Addresses
        .Where(entry => entry.PrefixLength < 8 * entry.Address.GetAddressBytes().Length && entry.Address.AddressFamily == address.AddressFamily && IsInSubnet(entry, address))
        .OrderByDescending(static entry => entry.PrefixLength)
        .Select(entry => Link(entry.Link))
        .FirstOrDefault(static link => link is { IsEthernet: true } && link.Kind != "dummy");

    /// <summary>True when an address is in the subnet of a device's address.</summary>
    public static bool IsInSubnet(LinkAddress entry, IPAddress address) => new IPNetwork(Network(entry), entry.PrefixLength).Contains(address);

    private static IPAddress Network(LinkAddress entry)
    {
        var bytes = entry.Address.GetAddressBytes();
        for (var bit = entry.PrefixLength; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPAddress(bytes);
    }
}
