using System.Net;
using System.Net.Sockets;

namespace Gorb.Documents;

/// <summary>The network device whose first address is the default host of a service (option -i).</summary>
/// <param name="name">The name of the device.</param>
/// <param name="time">The time source.</param>
/// <param name="find">Returns the present addresses of a device. It queries all devices of the kernel, which is slow on a host with many.</param>
internal sealed class DefaultDevice(string name, TimeProvider time, Func<string, IEnumerable<IPAddress>> find)
{
    /// <summary>The lifetime of the cached address: a document may have thousands of services without a host.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private volatile Known? _known;

    public string Name => name;

    /// <summary>Returns the first address of the device, IPv4 before IPv6; null if it has none or does not exist.</summary>
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
