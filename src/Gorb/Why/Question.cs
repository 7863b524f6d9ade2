using System.Net;
using Gorb.Doctor;
using Gorb.Ipvs;
using Gorb.Ipvs.Connections;
using Gorb.Ipvs.Routes;
using Gorb.Model;

namespace Gorb.Why;

/// <summary>A packet of a client to a service, and the facts on which its way depends.</summary>
internal sealed record Question
{
    /// <summary>The client's address.</summary>
    public required IPAddress Client { get; init; }

    /// <summary>The client's port; null for any new connection.</summary>
    public ushort? Port { get; init; }

    /// <summary>The service.</summary>
    public required Service Service { get; init; }

    /// <summary>The virtual address; null when it is unknown, as for a service by firewall mark.</summary>
    public IPAddress? VirtualAddress { get; init; }

    /// <summary>The kernel's entry of the service; null when it has none.</summary>
    public TableEntry? Entry { get; init; }

    /// <summary>Why there is no entry.</summary>
    public string? KernelTrouble { get; init; }

    /// <summary>The client's connections and templates in the kernel.</summary>
    public ConnectionSearch Connections { get; init; } = ConnectionSearch.None;

    /// <summary>Addresses, links, routes, settings and the packet filter.</summary>
    public HostView Host { get; init; } = new();

    /// <summary>Finds the neighbour of an address on a link.</summary>
    public Func<uint, IPAddress, NeighborEntry?> Neighbor { get; init; } = static (_, _) => null;

    /// <summary>Returns why a backend's check failed last; null when it did not, or the backend is not checked.</summary>
    public Func<string, string?> Failure { get; init; } = static _ => null;

    /// <summary>Returns whether a backend is checked.</summary>
    public Predicate<string> IsChecked { get; init; } = static _ => true;

    /// <summary>True when the client is this host itself.</summary>
    public bool IsLocalClient => Host.LinkOf(Client) is not null || IPAddress.IsLoopback(Client);

    /// <summary>True when the packet is the first of a connection, as far as the connection table shows.</summary>
    public bool IsNewConnection => Port is not { } port || (Connections.IsComplete && !Connections.Entries.Any(entry => entry.ClientPort == port && !entry.IsTemplate));

    /// <summary>The transport of the packet; TCP for a service by firewall mark.</summary>
    public TransportProtocol Protocol => Service.Spec.Key.IsFirewallMark ? TransportProtocol.Tcp : Service.Spec.Key.Protocol;

    /// <summary>Returns the backend of a destination; null for an unmanaged destination or the sorry backend.</summary>
    public Backend? FindBackend(DestinationKey key) => Service.Backends.Values.FirstOrDefault(backend => backend.Spec.Key == key);

    /// <summary>Returns the name of a destination for a reader.</summary>
    public string NameOf(DestinationKey key) => FindBackend(key)?.Name ?? (Service.SorryKey == key ? $"sorry backend {key}" : $"{key}");
}
