using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Gorb.Leases;

/// <summary>Where other directors ask a director directly.</summary>
/// <param name="Address">The address; null for the one of this host from which etcd is reached.</param>
/// <param name="Port">The UDP port.</param>
internal sealed record PeerAddress(IPAddress? Address, int Port)
{
    public const int DefaultPort = 4673;

    /// <summary>The word for no direct questions.</summary>
    public const string None = "none";

    public static PeerAddress Default { get; } = new(null, DefaultPort);

    /// <summary>Reads ADDRESS, ADDRESS:PORT or [IPV6]:PORT.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PeerAddress? address)
    {
        address = IPEndPoint.TryParse(text, out var endPoint) && !endPoint.Address.Equals(IPAddress.Any) && !endPoint.Address.Equals(IPAddress.IPv6Any)
            ? new PeerAddress(endPoint.Address, endPoint.Port == 0 ? DefaultPort : endPoint.Port)
            : null;
        return address is not null;
    }
}
