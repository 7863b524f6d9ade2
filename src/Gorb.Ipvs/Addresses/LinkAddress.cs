using System.Net;
using System.Runtime.InteropServices;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Addresses;

/// <summary>An address of a network device (RTM_NEWADDR, rtnetlink(7)).</summary>
public sealed record LinkAddress
{
    private const uint DuplicateFound = 0x08; // IFA_F_DADFAILED
    private const uint StillProbed = 0x40; // IFA_F_TENTATIVE

    /// <summary>The index of its network device.</summary>
    public required uint Link { get; init; }

    /// <summary>The address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The prefix length: 32 or 128 for a host address.</summary>
    public required byte PrefixLength { get; init; }

    /// <summary>Remaining lifetime in whole seconds, after which the kernel removes the address; null for no limit.</summary>
    public required TimeSpan? ValidFor { get; init; }

    /// <summary>False while duplicate address detection (RFC 4862, 5.4) runs, and for good when it finds another host with the address.</summary>
    public required bool IsUsable { get; init; }

    /// <returns>The address, or null for a message of another family.</returns>
    internal static LinkAddress? Read(ReadOnlySpan<byte> body)
    {
        if (body.Length < AddressHeader.Size)
        {
            throw new NetlinkProtocolException($"An address message has {body.Length} bytes where at least {AddressHeader.Size} belong.");
        }

        var header = MemoryMarshal.Read<AddressHeader>(body);
        IPAddress? address = null, local = null;
        uint flags = header.Flags;
        var valid = AddressLifetime.Forever;
        var attributes = new AttributeReader(body[AddressHeader.Size..]);
        while (attributes.Read())
        {
            switch ((AddressAttribute)attributes.Type)
            {
                case AddressAttribute.Address:
                    address = ReadAddress(attributes.Payload);
                    break;
                case AddressAttribute.Local:
                    local = ReadAddress(attributes.Payload);
                    break;
                case AddressAttribute.Flags:
                    flags = attributes.AsUInt32();
                    break;
                case AddressAttribute.Lifetime:
                    valid = ReadLifetime(attributes.Payload);
                    break;
            }
        }

        return (local ?? address) is not { } held ? null : new LinkAddress
        {
            Link = header.Index,
            Address = held,
            PrefixLength = header.PrefixLength,
            ValidFor = valid == AddressLifetime.Forever ? null : TimeSpan.FromSeconds(valid),
            IsUsable = (flags & (DuplicateFound | StillProbed)) == 0,
        };
    }

    private static IPAddress ReadAddress(ReadOnlySpan<byte> payload) => payload.Length is 4 or 16
        ? new IPAddress(payload)
        : throw new NetlinkProtocolException($"An address has {payload.Length} bytes.");

    private static uint ReadLifetime(ReadOnlySpan<byte> payload) => payload.Length >= Marshal.SizeOf<AddressLifetime>()
        ? MemoryMarshal.Read<AddressLifetime>(payload).Valid
        : throw new NetlinkProtocolException($"A lifetime has {payload.Length} bytes.");
}
