namespace Gorb.Ipvs;

/// <summary>A transport that IPVS balances; the value is the IP protocol number (IANA).</summary>
/// <remarks>The kernel does not check the number: it would store a service of another protocol, which never matches a packet.</remarks>
public enum TransportProtocol : byte
{
    /// <summary>TCP, RFC 9293.</summary>
    Tcp = 6,

    /// <summary>UDP, RFC 768.</summary>
    Udp = 17,

    /// <summary>SCTP, RFC 9260.</summary>
    Sctp = 132,
}
