using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;

namespace Gorb.Ipvs;

/// <summary>The part of a client's address that persistence compares: a mask for IPv4, a prefix length for IPv6, as in the kernel.</summary>
public readonly record struct Netmask
{
    private Netmask(AddressFamily family, uint value)
    {
        Family = family;
        Value = value;
    }

    /// <summary>The address family of the mask.</summary>
    public AddressFamily Family { get; }

    /// <summary>IPv4: the mask as a number in host order (255.255.255.0 is 0xFFFFFF00). IPv6: the prefix length.</summary>
    public uint Value { get; }

    /// <summary>The prefix length; null for an IPv4 mask whose one bits are not contiguous.</summary>
    public int? PrefixLength => Family == AddressFamily.InterNetworkV6 ? (int)Value
        : BitOperations.LeadingZeroCount(~Value) is var ones && (ones == 32 || Value << ones == 0) ? ones : null;

    /// <summary>The mask of a whole address: /32 or /128.</summary>
    public static Netmask Whole(AddressFamily family) => FromPrefixLength(family, family == AddressFamily.InterNetworkV6 ? 128 : 32);

    /// <summary>Creates a mask of a prefix length: 0 to 32 for IPv4, 1 to 128 for IPv6 (the kernel refuses 0 there).</summary>
    public static Netmask FromPrefixLength(AddressFamily family, int length)
    {
        var v6 = family == AddressFamily.InterNetworkV6;
        ArgumentOutOfRangeException.ThrowIfLessThan(length, v6 ? 1 : 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, v6 ? 128 : 32);
        return new Netmask(family, v6 ? (uint)length : length == 0 ? 0 : uint.MaxValue << (32 - length));
    }

    /// <summary>A mask as read from the kernel: not validated, because other programs may have set any value.</summary>
    internal static Netmask FromKernel(AddressFamily family, uint value) => new(family, value);

    /// <summary>Parses "24", "/24" or "255.255.255.0" (IPv4 only, four decimal numbers without leading zeros).</summary>
    public static bool TryParse(string? text, AddressFamily family, out Netmask netmask)
    {
        netmask = default;
        var digits = text.AsSpan().TrimStart('/');
        if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            var v6 = family == AddressFamily.InterNetworkV6;
            if (length < (v6 ? 1 : 0) || length > (v6 ? 128 : 32))
            {
                return false;
            }

            netmask = FromPrefixLength(family, length);
            return true;
        }

        if (family != AddressFamily.InterNetwork || !IPAddress.TryParse(text, out var mask) || mask.AddressFamily != family || mask.ToString() != text)
        {
            return false;
        }

        netmask = new Netmask(family, BinaryPrimitives.ReadUInt32BigEndian(mask.GetAddressBytes()));
        return true;
    }

    /// <summary>As <c>255.255.255.0</c> or <c>64</c>.</summary>
    public override string ToString()
    {
        if (Family == AddressFamily.InterNetworkV6)
        {
            return Value.ToString(CultureInfo.InvariantCulture);
        }

        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Value);
        return new IPAddress(bytes).ToString();
    }
}
