using System.Diagnostics;
using System.Text;
using Gorb.Ipvs.Conntrack;
using Gorb.Ipvs.Interop;
using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Wire;

namespace Gorb.Ipvs.Tests.Wire;

/// <summary>
/// The numbers of every enum equal those of the system's headers (package linux-libc-dev): a C compiler checks one assertion for each. A member's C name
/// is the first word of its comment in the source.
/// </summary>
public sealed class HeaderTests
{
    private static readonly string[] Headers =
        ["stddef.h", "netinet/in.h", "errno.h", "sys/socket.h", "linux/netlink.h", "linux/genetlink.h", "linux/ip_vs.h",
         "linux/netfilter/nfnetlink.h", "linux/netfilter/nfnetlink_conntrack.h", "linux/netfilter/nf_conntrack_common.h"];

    /// <summary>The C names of an enum, in the order of its members.</summary>
    private static readonly (Type Type, string Prefix, string[] Names)[] Enums =
    [
        (typeof(IpvsCommand), "IPVS_CMD_",
            ["UNSPEC", "NEW_SERVICE", "SET_SERVICE", "DEL_SERVICE", "GET_SERVICE", "NEW_DEST", "SET_DEST", "DEL_DEST", "GET_DEST", "NEW_DAEMON",
             "DEL_DAEMON", "GET_DAEMON", "SET_CONFIG", "GET_CONFIG", "SET_INFO", "GET_INFO", "ZERO", "FLUSH"]),
        (typeof(CommandAttribute), "IPVS_CMD_ATTR_", ["UNSPEC", "SERVICE", "DEST", "DAEMON", "TIMEOUT_TCP", "TIMEOUT_TCP_FIN", "TIMEOUT_UDP"]),
        (typeof(ServiceAttribute), "IPVS_SVC_ATTR_",
            ["UNSPEC", "AF", "PROTOCOL", "ADDR", "PORT", "FWMARK", "SCHED_NAME", "FLAGS", "TIMEOUT", "NETMASK", "STATS", "PE_NAME", "STATS64"]),
        (typeof(DestinationAttribute), "IPVS_DEST_ATTR_",
            ["UNSPEC", "ADDR", "PORT", "FWD_METHOD", "WEIGHT", "U_THRESH", "L_THRESH", "ACTIVE_CONNS", "INACT_CONNS", "PERSIST_CONNS", "STATS",
             "ADDR_FAMILY", "STATS64", "TUN_TYPE", "TUN_PORT", "TUN_FLAGS"]),
        (typeof(DaemonAttribute), "IPVS_DAEMON_ATTR_",
            ["UNSPEC", "STATE", "MCAST_IFN", "SYNC_ID", "SYNC_MAXLEN", "MCAST_GROUP", "MCAST_GROUP6", "MCAST_PORT", "MCAST_TTL"]),
        (typeof(StatsAttribute), "IPVS_STATS_ATTR_",
            ["UNSPEC", "CONNS", "INPKTS", "OUTPKTS", "INBYTES", "OUTBYTES", "CPS", "INPPS", "OUTPPS", "INBPS", "OUTBPS", "PAD"]),
        (typeof(InfoAttribute), "IPVS_INFO_ATTR_", ["UNSPEC", "VERSION", "CONN_TAB_SIZE"]),
        (typeof(ForwardingMethod), "IP_VS_CONN_F_", ["MASQ", "LOCALNODE", "TUNNEL", "DROUTE", "BYPASS"]),
        (typeof(TunnelType), "IP_VS_CONN_F_TUNNEL_TYPE_", ["IPIP", "GUE", "GRE"]),
        (typeof(TunnelChecksum), "IP_VS_TUNNEL_ENCAP_FLAG_", ["NOCSUM", "CSUM", "REMCSUM"]),
        (typeof(TransportProtocol), "IPPROTO_", ["TCP", "UDP", "SCTP"]),
        (typeof(SyncRole), "IP_VS_STATE_", ["MASTER", "BACKUP"]),
        (typeof(ConntrackMessage), "IPCTNL_MSG_CT_", ["NEW", "GET", "DELETE", "GET_CTRZERO", "GET_STATS_CPU", "GET_STATS"]),
        (typeof(ConntrackAttribute), "CTA_", ["TUPLE_ORIG", "TUPLE_REPLY", "STATUS", "ID", "ZONE", "FILTER"]),
        (typeof(TupleAttribute), "CTA_TUPLE_", ["IP", "PROTO"]),
        (typeof(AddressAttribute), "CTA_IP_", ["V4_SRC", "V4_DST", "V6_SRC", "V6_DST"]),
        (typeof(TransportAttribute), "CTA_PROTO_", ["NUM", "SRC_PORT", "DST_PORT"]),
        (typeof(FilterAttribute), "CTA_FILTER_", ["ORIG_FLAGS", "REPLY_FLAGS"]),
        (typeof(TableAttribute), "CTA_STATS_GLOBAL_", ["ENTRIES"]),
        (typeof(EntryStatus), "IPS_", ["DST_NAT"]),
        (typeof(Errno), "", [.. Enum.GetNames<Errno>().Select(name => name == "None" ? "0" : name)]),
        (typeof(MessageFlags), "NLM_F_", ["REQUEST", "MULTI", "ACK", "DUMP_INTR", "CAPPED", "ACK_TLVS", "DUMP"]),
        (typeof(MessageType), "", ["NLMSG_NOOP", "NLMSG_ERROR", "NLMSG_DONE", "NLMSG_OVERRUN", "GENL_ID_CTRL"]),
    ];

    /// <summary>Constants outside of enums.</summary>
    private static readonly (string C, long Value)[] Numbers =
    [
        ("IP_VS_SVC_F_PERSISTENT", (long)ServiceFlags.Persistent), ("IP_VS_SVC_F_ONEPACKET", (long)ServiceFlags.OnePacket),
        ("IP_VS_SVC_F_SCHED1", (long)ServiceFlags.Scheduler1), ("IP_VS_SVC_F_SCHED2", (long)ServiceFlags.Scheduler2),
        ("IP_VS_SVC_F_SCHED3", (long)ServiceFlags.Scheduler3), ("IP_VS_SVC_F_HASHED", 0x2), ("IP_VS_CONN_F_FWD_MASK", 0x7),
        ("IPVS_GENL_VERSION", 1), ("CTRL_CMD_GETFAMILY", 3), ("CTRL_ATTR_FAMILY_ID", 1), ("CTRL_ATTR_FAMILY_NAME", 2), ("NLMSGERR_ATTR_MSG", 1),
        ("NFNL_SUBSYS_CTNETLINK", (ushort)ConntrackMessage.New.Type() >> 8), ("NFNETLINK_V0", new NetfilterHeader(0).Version),
        ("sizeof(struct nfgenmsg)", NetfilterHeader.Size), ("NETLINK_NETFILTER", NetlinkConstants.NETLINK_NETFILTER),
        ("sizeof(struct nlmsghdr)", MessageHeader.Size), ("sizeof(struct genlmsghdr)", GenericHeader.Size), ("sizeof(struct nlattr)", 4),
        ("offsetof(struct nlmsghdr, nlmsg_seq)", 8), ("NLA_TYPE_MASK & 0xFFFF", 0x3FFF), ("NLA_F_NESTED", 0x8000),
        ("NETLINK_GENERIC", NetlinkConstants.NETLINK_GENERIC), ("NETLINK_CAP_ACK", NetlinkConstants.NETLINK_CAP_ACK),
        ("NETLINK_EXT_ACK", NetlinkConstants.NETLINK_EXT_ACK), ("AF_INET", 2), ("AF_INET6", 10),
        ("sizeof(struct sockaddr_nl)", System.Runtime.CompilerServices.Unsafe.SizeOf<SocketAddressNetlink>()),
        ("IP_VS_SCHEDNAME_MAXLEN", 16), ("IP_VS_PENAME_MAXLEN", 16), ("IP_VS_IFNAME_MAXLEN", 16),
    ];

    [Fact]
    public async Task EveryNumber_IsTheHeaders()
    {
        var source = Source();

        var (status, complaints) = await CompileAsync(source);

        status.Should().Be(0, complaints);
    }

    [Fact]
    public async Task WrongNumber_IsFound() // proves that the compiler runs and that its errors are seen
    {
        var source = Source() + "_Static_assert(IPVS_CMD_FLUSH == 18, \"wrong\");\n";

        var (status, complaints) = await CompileAsync(source);

        status.Should().NotBe(0);
        complaints.Should().Contain("wrong");
    }

    private static string Source()
    {
        var source = new StringBuilder();
        foreach (var header in Headers)
        {
            source.Append($"#include <{header}>\n");
        }

        foreach (var (type, prefix, names) in Enums)
        {
            var values = Enum.GetValuesAsUnderlyingType(type).Cast<object>().Select(value => Convert.ToInt64(value, null)).ToList();
            if (type == typeof(MessageFlags))
            {
                values.Remove(0);
            }

            values.Should().HaveSameCount(names, type.Name);
            foreach (var (name, value) in names.Zip(values))
            {
                source.Append($"_Static_assert({prefix}{name} == {value}, \"{type.Name} {name}\");\n");
            }
        }

        foreach (var (c, value) in Numbers)
        {
            source.Append($"_Static_assert(({c}) == {value}, \"{c}\");\n");
        }

        return source.ToString();
    }

    private static async Task<(int Status, string Complaints)> CompileAsync(string source)
    {
        using var compiler = Process.Start(new ProcessStartInfo("gcc", ["-fsyntax-only", "-xc", "-"]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        await compiler.StandardInput.WriteAsync(source);
        compiler.StandardInput.Close();
        var complaints = await compiler.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await compiler.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (compiler.ExitCode, complaints);
    }
}
