using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Gorb.Ipvs.Netlink;

/// <summary>
/// Walks over attributes (struct nlattr) and distrusts every length. Unknown types are for the caller to skip. Numbers are in host order
/// unless the method's name says otherwise; they may stand at any address, for 8-byte values are only 4-aligned.
/// </summary>
/// <exception cref="NetlinkProtocolException">Thrown by every method when a length does not fit.</exception>
internal ref struct AttributeReader(ReadOnlySpan<byte> attributes)
{
    private const int HeaderSize = 4; // NLA_HDRLEN
    private const ushort TypeMask = 0x3FFF; // NLA_TYPE_MASK: without NLA_F_NESTED and NLA_F_NET_BYTEORDER

    private ReadOnlySpan<byte> _rest = attributes;
    private ReadOnlySpan<byte> _payload;

    /// <summary>Type of the attribute that the last <see cref="Read"/> came to; cast it to the enum of the family at hand.</summary>
    public ushort Type { get; private set; }

    /// <summary>The attribute's bytes, without padding.</summary>
    public readonly ReadOnlySpan<byte> Payload => _payload;

    /// <summary>Goes to the next attribute; false at the end.</summary>
    public bool Read()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        if (_rest.Length < HeaderSize)
        {
            throw new NetlinkProtocolException($"{_rest.Length} bytes are left where an attribute should begin.");
        }

        int length = MemoryMarshal.Read<ushort>(_rest);
        if (length < HeaderSize || length > _rest.Length)
        {
            throw new NetlinkProtocolException($"An attribute claims {length} bytes where {_rest.Length} remain.");
        }

        Type = (ushort)(MemoryMarshal.Read<ushort>(_rest[2..]) & TypeMask);
        _payload = _rest[HeaderSize..length];
        _rest = _rest[Math.Min(MessageHeader.Align(length), _rest.Length)..]; // the last one may lack its padding
        return true;
    }

    public readonly byte AsByte() => Sized(sizeof(byte))[0];

    public readonly ushort AsUInt16() => MemoryMarshal.Read<ushort>(Sized(sizeof(ushort)));

    public readonly uint AsUInt32() => MemoryMarshal.Read<uint>(Sized(sizeof(uint)));

    public readonly ulong AsUInt64() => MemoryMarshal.Read<ulong>(Sized(sizeof(ulong)));

    /// <summary>The flags of a pair of flags and mask, 32 bits each (struct nla_bitfield32 and its like).</summary>
    public readonly uint AsFlags() => MemoryMarshal.Read<uint>(Sized(2 * sizeof(uint)));

    /// <summary>A 16-bit number in network order, as ports are.</summary>
    public readonly ushort AsPort() => BinaryPrimitives.ReadUInt16BigEndian(Sized(sizeof(ushort)));

    /// <summary>A 32-bit number in network order, as IPv4 masks are.</summary>
    public readonly uint AsBigEndian() => BinaryPrimitives.ReadUInt32BigEndian(Sized(sizeof(uint)));

    /// <summary>A text up to its NUL.</summary>
    public readonly string AsText()
    {
        var end = _payload.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? _payload : _payload[..end]);
    }

    /// <summary>The attributes inside this one.</summary>
    public readonly AttributeReader AsNest() => new(_payload);

    private readonly ReadOnlySpan<byte> Sized(int size) => _payload.Length == size
        ? _payload
        : throw new NetlinkProtocolException($"Attribute {Type} has {_payload.Length} bytes where {size} belong.");
}
