using System.Buffers.Binary;
using System.Text;

namespace Gorb.Health.Probes;

/// <summary>The two messages of grpc.health.v1.Health/Check, each in a gRPC frame: one byte (not compressed) and four bytes of length.</summary>
internal static class GrpcHealth
{
    private const int FrameHeader = 5;
    private const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    /// <summary>HealthCheckRequest { string service = 1; }</summary>
    public static byte[] Request(string service)
    {
        var name = Encoding.UTF8.GetBytes(service);
        List<byte> message = name.Length == 0 ? [] : [(1 << 3) | Bytes, .. Number(name.Length), .. name];
        var frame = new byte[FrameHeader + message.Count];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Count);
        message.CopyTo(frame, FrameHeader);
        return frame;
    }

    /// <summary>HealthCheckResponse { ServingStatus status = 1; }</summary>
    /// <returns>The status, 0 when the message has none; null when the bytes are not such a message.</returns>
    public static int? Status(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < FrameHeader || frame[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(frame[1..]) != frame.Length - FrameHeader)
        {
            return null;
        }

        var status = 0;
        for (var rest = frame[FrameHeader..]; !rest.IsEmpty;)
        {
            if (!TryReadNumber(ref rest, out var tag))
            {
                return null;
            }

            ulong value = 0;
            var skip = (tag & 7) switch
            {
                Varint => TryReadNumber(ref rest, out value) ? 0 : -1,
                Fixed64 => 8,
                Bytes => TryReadNumber(ref rest, out var length) && length <= int.MaxValue ? (int)length : -1,
                Fixed32 => 4,
                _ => -1,
            };
            if (skip < 0 || skip > rest.Length)
            {
                return null;
            }

            rest = rest[skip..];
            status = tag == ((1 << 3) | Varint) ? (int)Math.Min(value, int.MaxValue) : status;
        }

        return status;
    }

    private static IEnumerable<byte> Number(int value)
    {
        for (; value > 0x7F; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }

    private static bool TryReadNumber(ref ReadOnlySpan<byte> rest, out ulong number)
    {
        number = 0;
        for (var shift = 0; shift < 64 && !rest.IsEmpty; shift += 7)
        {
            var part = rest[0];
            rest = rest[1..];
            number |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
