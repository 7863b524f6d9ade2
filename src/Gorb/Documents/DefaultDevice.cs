using System.Net;
using System.Net.Sockets;

namespace Gorb.Documents;

/// <summary>The device whose first address stands in for a service's host when none is given (option -i).</summary>
/// <param name="name">Its name.</param>
/// <param name="time">The time.</param>
/// <param name="find">The addresses of a device as of now. It asks the kernel for all devices, which takes long on a host with many.</param>
internal sealed class DefaultDevice(string name, TimeProvider time, Func<string, IEnumerable<IPAddress>> find)
{
    /// <summary>How old the answer may be. A document has thousands of services without a host.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private volatile Known? _known;

    public string Name => name;

    /// <summary>Its first address, IPv4 before IPv6; null when it has none or does not exist.</summary>
    public IPAddress? Address()
    {
        if (_known is not { } known || time.GetElapsedTime(known.At) > MaxAge)
        {
            known = new Known(find(name).OrderBy(address => address.AddressFamily == AddressFamily.InterNetworkV6).FirstOrDefault(), time.GetTimestamp());
            _known = known;
        }

        return known.Address;
    }

    private sealed record Known(IPAddress? Address, long At);
}
