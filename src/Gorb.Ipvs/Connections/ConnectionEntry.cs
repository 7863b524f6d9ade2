using System.Net;

namespace Gorb.Ipvs.Connections;

/// <summary>A connection that IPVS has sent to a destination, or a persistence template.</summary>
/// <param name="Protocol">The transport; null for the template of a service by firewall mark.</param>
/// <param name="Client">The client's address; of a template, the part that the service's netmask leaves.</param>
/// <param name="ClientPort">The client's port; 0 for a template.</param>
/// <param name="Virtual">The virtual address; for the template of a service by firewall mark, its mark as an address.</param>
/// <param name="VirtualPort">The virtual port.</param>
/// <param name="Destination">The destination.</param>
/// <param name="State">The state in the kernel's words: ESTABLISHED, SYN_RECV, UDP and so on.</param>
/// <param name="ExpiresIn">The time after which the kernel forgets it without another packet.</param>
public sealed record ConnectionEntry(
    TransportProtocol? Protocol, IPAddress Client, ushort ClientPort, IPAddress Virtual, ushort VirtualPort, DestinationKey Destination, string State, TimeSpan ExpiresIn)
{
    /// <summary>True for a persistence template, which decides where the client's next connections go.</summary>
    public bool IsTemplate => ClientPort == 0;
}

/// <summary>The result of a search in the connection table.</summary>
/// <param name="Entries">The entries found.</param>
/// <param name="IsComplete">False when the table has more entries than were read.</param>
public sealed record ConnectionSearch(IReadOnlyList<ConnectionEntry> Entries, bool IsComplete)
{
    /// <summary>The result of a search in an empty table.</summary>
    public static ConnectionSearch None { get; } = new([], true);
}
