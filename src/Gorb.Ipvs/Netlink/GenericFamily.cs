using System.Runtime.InteropServices;

namespace Gorb.Ipvs.Netlink;

/// <summary>struct genlmsghdr of linux/genetlink.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct GenericHeader(byte Command, byte Version, ushort Reserved = 0)
{
    public const int Size = 4;
}

/// <summary>
/// The number that the running kernel has assigned to a generic netlink family. Asking for it makes the kernel load the family's module; a module that is
/// loaded again gets another number.
/// </summary>
internal sealed class GenericFamily(NetlinkConnection connection, string name)
{
    private const byte GetFamily = 3; // CTRL_CMD_GETFAMILY
    private const byte ControlVersion = 1;

    private readonly RequestBatch _request = new();
    private MessageType? _id;

    private enum ControlAttribute : ushort
    {
        Unspecified,  // CTRL_ATTR_UNSPEC
        FamilyId,     // CTRL_ATTR_FAMILY_ID    u16
        FamilyName,   // CTRL_ATTR_FAMILY_NAME  text
    }

    /// <summary>Resolves the family's number, unless it is known already.</summary>
    /// <returns>The error when the kernel has no such family (ENOENT); otherwise null, and <paramref name="id"/> is set.</returns>
    public KernelError? Resolve(out MessageType id)
    {
        if (_id is { } known)
        {
            id = known;
            return null;
        }

        _request.Clear();
        var body = _request.Begin(MessageType.GenericControl, MessageFlags.None);
        body.WriteFixed(new GenericHeader(GetFamily, ControlVersion));
        body.WriteText(ControlAttribute.FamilyName, name);
        _request.End(body);
        var error = connection.Get(_request, ParseId, out id);
        _id = error is null ? id : null;
        return error;
    }

    /// <summary>Resolves the number again, after an ENOENT that may mean that the number is outdated.</summary>
    /// <returns>True when the number has changed or the family is gone.</returns>
    public bool HasChanged()
    {
        var before = _id;
        _id = null;
        return Resolve(out var now) is not null || now != before;
    }

    private static MessageType ParseId(ReadOnlySpan<byte> body)
    {
        var attributes = new AttributeReader(GenericBody.Attributes(body));
        while (attributes.Read())
        {
            if ((ControlAttribute)attributes.Type == ControlAttribute.FamilyId)
            {
                return (MessageType)attributes.AsUInt16();
            }
        }

        throw new NetlinkProtocolException("The kernel names a family without its number.");
    }
}

/// <summary>Bodies of generic netlink messages.</summary>
internal static class GenericBody
{
    /// <summary>The attributes after the generic header.</summary>
    public static ReadOnlySpan<byte> Attributes(ReadOnlySpan<byte> body) => body.Length >= GenericHeader.Size
        ? body[GenericHeader.Size..]
        : throw new NetlinkProtocolException($"A generic message has {body.Length} bytes.");
}
