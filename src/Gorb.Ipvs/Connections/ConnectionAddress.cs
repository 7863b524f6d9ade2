using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Gorb.Ipvs.Connections;

/// <summary>An address of a connection as a number, so that millions of lines can be compared without an object for each.</summary>
/// <param name="Bits">The address as a number in host byte order; of an IPv4 address the lower 32 bits.</param>
/// <param name="IsIPv6">True for an IPv6 address.</param>
public readonly record struct ConnectionAddress(UInt128 Bits, bool IsIPv6)
{
    /// <summary>The number of bits of an address of its family.</summary>
    public int Length => IsIPv6 ? 128 : 32;

    /// <summary>Converts an address; a scope id is left out, as in the kernel's table.</summary>
    public static ConnectionAddress Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new ConnectionAddress(BinaryPrimitives.ReadUInt128BigEndian(bytes), IsIPv6: true)
            : new ConnectionAddress(BinaryPrimitives.ReadUInt32BigEndian(bytes), IsIPv6: false);
    }

    /// <summary>True if the first bits are those of another address of the same family.</summary>
    /// <param name="network">The other address.</param>
    /// <param name="prefixLength">The number of bits to compare.</param>
    public bool IsWithin(ConnectionAddress network, int prefixLength) =>
        IsIPv6 == network.IsIPv6 && (prefixLength == 0 || (Bits ^ network.Bits) >> (Length - prefixLength) == 0);

    /// <summary>The address as .NET has it.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
        return new IPAddress(IsIPv6 ? bytes : bytes[12..]);
    }
}
