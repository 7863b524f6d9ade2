using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Gorb.Ipvs.Netlink;

/// <summary>
/// Writes the body of a message: a fixed header, then attributes (struct nlattr). Numbers are in host order unless the method's name says otherwise. A
/// body that is larger than the buffer is a programming error and throws.
/// </summary>
internal ref struct AttributeWriter(Span<byte> buffer)
{
    private const int HeaderSize = 4; // NLA_HDRLEN
    private const ushort NestedMark = 0x8000; // NLA_F_NESTED

    private readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Appends the fixed header of a family, before the attributes.</summary>
    public void WriteFixed<T>(T header) where T : unmanaged =>
        MemoryMarshal.Write(Advance(Unsafe.SizeOf<T>()), header);

    public void Write<TAttribute>(TAttribute attribute, byte value) where TAttribute : unmanaged, Enum =>
        Reserve(attribute, sizeof(byte))[0] = value;

    public void Write<TAttribute>(TAttribute attribute, ushort value) where TAttribute : unmanaged, Enum =>
        MemoryMarshal.Write(Reserve(attribute, sizeof(ushort)), value);

    public void Write<TAttribute>(TAttribute attribute, uint value) where TAttribute : unmanaged, Enum =>
        MemoryMarshal.Write(Reserve(attribute, sizeof(uint)), value);

    public void Write<TAttribute>(TAttribute attribute, scoped ReadOnlySpan<byte> value) where TAttribute : unmanaged, Enum =>
        value.CopyTo(Reserve(attribute, value.Length));

    /// <summary>Writes a 16-bit number in network order, such as a port.</summary>
    public void WritePort<TAttribute>(TAttribute attribute, ushort value) where TAttribute : unmanaged, Enum =>
        BinaryPrimitives.WriteUInt16BigEndian(Reserve(attribute, sizeof(ushort)), value);

    /// <summary>Writes a 32-bit number in network order, such as an IPv4 mask.</summary>
    public void WriteBigEndian<TAttribute>(TAttribute attribute, uint value) where TAttribute : unmanaged, Enum =>
        BinaryPrimitives.WriteUInt32BigEndian(Reserve(attribute, sizeof(uint)), value);

    /// <summary>Writes a text with the terminating NUL that the kernel requires.</summary>
    public void WriteText<TAttribute>(TAttribute attribute, string value) where TAttribute : unmanaged, Enum
    {
        var payload = Reserve(attribute, Encoding.UTF8.GetByteCount(value) + 1);
        payload[Encoding.UTF8.GetBytes(value, payload)] = 0;
    }

    /// <summary>Opens a nested attribute; it contains everything up to <see cref="EndNest"/>.</summary>
    /// <returns>The token for <see cref="EndNest"/>.</returns>
    public int BeginNest<TAttribute>(TAttribute attribute) where TAttribute : unmanaged, Enum
    {
        var start = Length;
        Reserve(attribute, 0);
        return start;
    }

    /// <summary>Like <see cref="BeginNest"/>, with the NLA_F_NESTED flag that the kernel's newer parsers require (EINVAL without it).</summary>
    public int BeginMarkedNest<TAttribute>(TAttribute attribute) where TAttribute : unmanaged, Enum
    {
        var start = BeginNest(attribute);
        MemoryMarshal.Write(_buffer[(start + sizeof(ushort))..], (ushort)(Unsafe.BitCast<TAttribute, ushort>(attribute) | NestedMark));
        return start;
    }

    public readonly void EndNest(int token) =>
        MemoryMarshal.Write(_buffer[token..], (ushort)(Length - token));

    private Span<byte> Reserve<TAttribute>(TAttribute attribute, int payload) where TAttribute : unmanaged, Enum
    {
        var whole = Advance(MessageHeader.Align(HeaderSize + payload));
        MemoryMarshal.Write(whole, (ushort)(HeaderSize + payload));
        MemoryMarshal.Write(whole[2..], Unsafe.BitCast<TAttribute, ushort>(attribute));
        whole[(HeaderSize + payload)..].Clear();
        return whole.Slice(HeaderSize, payload);
    }

    private Span<byte> Advance(int length)
    {
        var taken = _buffer.Slice(Length, length);
        Length += length;
        return taken;
    }
}
