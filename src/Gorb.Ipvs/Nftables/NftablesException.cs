using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Nftables;

/// <summary>The kernel refused to read or change rules of nf_tables. The message names the operation, the errno, the likely cause and what to do.</summary>
public sealed class NftablesException : Exception
{
    internal NftablesException(Refusal refusal)
        : base($"nf_tables: {refusal.Step}: {refusal.Error.Errno}{Cause(refusal)}") => Errno = refusal.Error.Errno;

    internal NftablesException(NetlinkTransportException missing)
        : base($"nf_tables: {missing.Message} ({NoNftables})", missing) => Errno = missing.Errno;

    private const string NoNftables = "this kernel has no nf_tables: modprobe nf_tables on the host, or use a kernel that has it";

    /// <summary>The kernel's error number.</summary>
    public Errno Errno { get; }

    private static string Cause(Refusal refusal) => (Explain(refusal.Message, refusal.Error.Errno) ?? refusal.Error.Text) is { } cause ? $" ({cause})" : "";

    private static string? Explain(NftablesMessage? message, Errno errno) => errno switch
    {
        Errno.EPERM or Errno.EACCES => "it needs CAP_NET_ADMIN: run as root or in a container with --cap-add NET_ADMIN",
        Errno.EOPNOTSUPP or Errno.EAFNOSUPPORT or Errno.ENOENT or Errno.EINVAL => message switch
        {
            null => NoNftables,
            NftablesMessage.NewTable => "this kernel's nf_tables has no tables for IPv4 and IPv6: use a kernel with CONFIG_NF_TABLES_INET",
            NftablesMessage.NewChain => "this kernel has no NAT chains for IPv4 and IPv6 (since 5.2): modprobe nft_chain_nat on the host, or use a kernel that has it",
            NftablesMessage.NewRule => "this kernel lacks an expression: modprobe -a nft_ct nft_fib_inet nft_masq on the host, or use a kernel that has them",
            _ => null,
        },
        _ => null,
    };
}
