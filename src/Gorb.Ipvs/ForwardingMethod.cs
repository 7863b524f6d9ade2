namespace Gorb.Ipvs;

/// <summary>How packets reach a real server (linux/ip_vs.h, IP_VS_CONN_F_FWD_MASK).</summary>
public enum ForwardingMethod : uint
{
    /// <summary>NAT: the destination address is rewritten, and replies pass through the director (IP_VS_CONN_F_MASQ).</summary>
    Masquerade = 0,

    /// <summary>The real server is this host (IP_VS_CONN_F_LOCALNODE).</summary>
    LocalNode = 1,

    /// <summary>Packets are wrapped in another IP packet (IP_VS_CONN_F_TUNNEL); see <see cref="Destination.Tunnel"/>.</summary>
    Tunnel = 2,

    /// <summary>DR: only the link-layer address changes, and replies go directly to the client (IP_VS_CONN_F_DROUTE).</summary>
    DirectRoute = 3,

    /// <summary>Packets are forwarded unchanged, for transparent caches (IP_VS_CONN_F_BYPASS).</summary>
    Bypass = 4,
}
