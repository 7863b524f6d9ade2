using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Gorb.Ipvs.Netlink;

/// <summary>
/// Reads attributes (struct nlattr) and checks every length. Callers skip unknown types. Numbers are in host order unless the method's name says
/// otherwise, and need no alignment: the kernel aligns 8-byte values to 4 bytes only.
/// </summary>
/// <exception cref="NetlinkProtocolException">Every method throws it when a length does not fit.</exception>
internal ref struct AttributeReader(ReadOnlySpan<byte> attributes)
{
    private const int HeaderSize = 4; // NLA_HDRLEN
    private const ushort TypeMask = 0x3FFF; // NLA_TYPE_MASK: without NLA_F_NESTED and NLA_F_NET_BYTEORDER

    private ReadOnlySpan<byte> _rest = attributes;
    private ReadOnlySpan<byte> _payload;

    /// <summary>The type of the current attribute; cast it to the enum of the family.</summary>
    public ushort Type { get; private set; }

    /// <summary>The payload of the current attribute, without padding.</summary>
    public readonly ReadOnlySpan<byte> Payload => _payload;

    /// <summary>Moves to the next attribute; false at the end.</summary>
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
        _rest = _rest[Math.Min(MessageHeader.Align(length), _rest.Length)..]; // the last attribute may lack its padding
        return true;
    }

    public readonly byte AsByte() => ExactPayload(sizeof(byte))[0];

    public readonly ushort AsUInt16() => MemoryMarshal.Read<ushort>(ExactPayload(sizeof(ushort)));

    public readonly uint AsUInt32() => MemoryMarshal.Read<uint>(ExactPayload(sizeof(uint)));

    public readonly ulong AsUInt64() => MemoryMarshal.Read<ulong>(ExactPayload(sizeof(ulong)));

    /// <summary>The flags of a pair of flags and mask, 32 bits each (such as struct nla_bitfield32).</summary>
    public readonly uint AsFlags() => MemoryMarshal.Read<uint>(ExactPayload(2 * sizeof(uint)));

    /// <summary>A 16-bit number in network order, such as a port.</summary>
    public readonly ushort AsPort() => BinaryPrimitives.ReadUInt16BigEndian(ExactPayload(sizeof(ushort)));

    /// <summary>A 32-bit number in network order, such as an IPv4 mask.</summary>
    public readonly uint AsBigEndian() => BinaryPrimitives.ReadUInt32BigEndian(ExactPayload(sizeof(uint)));

    /// <summary>A NUL-terminated text.</summary>
    public readonly string AsText()
    {
        var end = _payload.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? _payload : _payload[..end]);
    }

    /// <summary>The nested attributes.</summary>
    public readonly AttributeReader AsNest() => new(_payload);

    private readonly ReadOnlySpan<byte> ExactPayload(int size) => _payload.Length == size
        ? _payload
        : throw new NetlinkProtocolException($"Attribute {Type} has {_payload.Length} bytes where {size} belong.");
}
