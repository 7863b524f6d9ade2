using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs.Addresses;

namespace Gorb.Health.Paths;

/// <summary>The addresses of this host. Can be used on any thread.</summary>
internal sealed class HostAddresses : IDisposable
{
    private const int AnyPort = 9; // of discard; nothing is sent

    private readonly Lock _lock = new();
    private AddressClient? _client;

    /// <summary>Returns the source that the kernel uses for packets to a host; null when there is no route.</summary>
    public static IPAddress? RouteSource(IPAddress host)
    {
        using var socket = new Socket(host.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Connect(new IPEndPoint(host, AnyPort));
            return (socket.LocalEndPoint as IPEndPoint)?.Address;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>True if an address is local to this host, be it as an address or by a local route.</summary>
    public static bool IsLocal(IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Finds an address of a family that may be the source of packets to a host; one in its subnet, if there is one.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="AddressException">The kernel refuses to tell the addresses.</exception>
    public IPAddress? FindSource(IPAddress host, AddressFamily family, Predicate<IPAddress> isAllowed)
    {
        return Read(static client => client.GetAddresses())
            .Where(held => held.IsUsable && held.Address.AddressFamily == family && !IPAddress.IsLoopback(held.Address) && !held.Address.IsIPv6LinkLocal && isAllowed(held.Address))
            .OrderBy(held => new IPNetwork(Network(held.Address, held.PrefixLength), held.PrefixLength).Contains(host) ? 0 : 1)
            .Select(static held => held.Address)
            .FirstOrDefault();
    }

    /// <summary>Returns the name of the device that has an address; null when none has it.</summary>
    /// <exception cref="AddressException">The kernel refuses to tell the addresses.</exception>
    public string? DeviceOf(IPAddress address) => Read(client =>
        client.GetAddresses().FirstOrDefault(held => held.Address.Equals(address)) is { } found ? client.GetLinks().FirstOrDefault(link => link.Index == found.Link)?.Name : null);

    public void Dispose()
    {
        lock (_lock)
        {
            _client?.Dispose();
            _client = null;
        }
    }

    private T Read<T>(Func<AddressClient, T> read)
    {
        lock (_lock)
        {
            return read(_client ??= AddressClient.Create());
        }
    }

    private static IPAddress Network(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPAddress(bytes);
    }
}
