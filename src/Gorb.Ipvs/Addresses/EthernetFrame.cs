using System.Buffers.Binary;
using System.Net.NetworkInformation;

namespace Gorb.Ipvs.Addresses;

/// <summary>The header of an Ethernet frame.</summary>
internal static class EthernetFrame
{
    public const int HeaderBytes = 14;

    /// <summary>Writes the header.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="to">The six bytes of the receiver's address.</param>
    /// <param name="from">The sender's address.</param>
    /// <param name="type">The EtherType.</param>
    public static void WriteHeader(Span<byte> frame, ReadOnlySpan<byte> to, PhysicalAddress from, ushort type)
    {
        to.CopyTo(frame);
        from.GetAddressBytes().CopyTo(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], type);
    }
}
