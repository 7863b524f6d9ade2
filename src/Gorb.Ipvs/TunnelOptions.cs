namespace Gorb.Ipvs;

/// <summary>How tunnelled packets are encapsulated. The default is plain IP in IP.</summary>
/// <param name="Type">The kind of encapsulation.</param>
/// <param name="Port">UDP port of a <see cref="TunnelType.Gue"/> tunnel, host order; 0 for the others.</param>
/// <param name="Checksum">Checksum of the outer header, for gue and gre.</param>
public readonly record struct TunnelOptions(TunnelType Type, ushort Port = 0, TunnelChecksum Checksum = TunnelChecksum.None);

/// <summary>linux/ip_vs.h, IP_VS_CONN_F_TUNNEL_TYPE_*.</summary>
public enum TunnelType : byte
{
    /// <summary>IP in IP, RFC 2003.</summary>
    Ipip = 0,

    /// <summary>Generic UDP encapsulation; since kernel 5.2.</summary>
    Gue = 1,

    /// <summary>Generic routing encapsulation, RFC 2784; since kernel 5.3.</summary>
    Gre = 2,
}

/// <summary>linux/ip_vs.h, IP_VS_TUNNEL_ENCAP_FLAG_*.</summary>
public enum TunnelChecksum : ushort
{
    /// <summary>No checksum.</summary>
    None = 0,

    /// <summary>A full checksum.</summary>
    Full = 1,

    /// <summary>Remote checksum offload (gue).</summary>
    Remote = 2,
}
