using System.Runtime.InteropServices;

namespace Gorb.Ipvs.Netlink;

/// <summary>The kernel's answer to a request that it refused.</summary>
/// <param name="Errno">The error number.</param>
/// <param name="Text">The kernel's own text (extended acknowledgement), or null.</param>
internal readonly record struct KernelError(Errno Errno, string? Text)
{
    private const ushort MessageAttribute = 1; // NLMSGERR_ATTR_MSG

    /// <summary>Reads struct nlmsgerr: a negative errno, the request's header, the repeated part of the request's body, and attributes.</summary>
    /// <returns>The error, or null for an acknowledgement.</returns>
    public static KernelError? Read(MessageFlags flags, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < sizeof(int) + MessageHeader.Size)
        {
            throw new NetlinkProtocolException($"An acknowledgement has {payload.Length} bytes where at least {sizeof(int) + MessageHeader.Size} belong.");
        }

        var errno = ReadErrno(payload);
        return errno == Errno.None ? null : new KernelError(errno, ReadText(flags, payload[sizeof(int)..]));
    }

    /// <summary>The negative errno at the start of NLMSG_ERROR and NLMSG_DONE.</summary>
    public static Errno ReadErrno(ReadOnlySpan<byte> payload) => payload.Length < sizeof(int)
        ? throw new NetlinkProtocolException($"An errno has {payload.Length} bytes.")
        : (Errno)(-MemoryMarshal.Read<int>(payload));

    private static string? ReadText(MessageFlags flags, ReadOnlySpan<byte> request)
    {
        if (!flags.HasFlag(MessageFlags.ExtendedAck))
        {
            return null;
        }

        var repeated = flags.HasFlag(MessageFlags.Capped) ? MessageHeader.Size : (int)MemoryMarshal.Read<uint>(request);
        if (repeated < MessageHeader.Size || repeated > request.Length)
        {
            throw new NetlinkProtocolException($"An acknowledgement repeats {repeated} bytes where {request.Length} remain.");
        }

        var attributes = new AttributeReader(request[Math.Min(MessageHeader.Align(repeated), request.Length)..]);
        while (attributes.Read())
        {
            if (attributes.Type == MessageAttribute)
            {
                return attributes.AsText();
            }
        }

        return null;
    }
}
