using System.Net.Sockets;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Wire;

/// <summary>Encodes sync daemons as <see cref="DaemonAttribute"/>.</summary>
internal static class DaemonCodec
{
    public static void Write(ref AttributeWriter writer, SyncDaemon daemon)
    {
        var nest = writer.BeginNest(CommandAttribute.Daemon);
        writer.Write(DaemonAttribute.State, (uint)daemon.Role);
        writer.WriteText(DaemonAttribute.Interface, daemon.Interface);
        writer.Write(DaemonAttribute.SyncId, daemon.SyncId);
        WriteTransport(ref writer, daemon);
        writer.EndNest(nest);
    }

    public static void WriteRole(ref AttributeWriter writer, SyncRole role)
    {
        var nest = writer.BeginNest(CommandAttribute.Daemon);
        writer.Write(DaemonAttribute.State, (uint)role);
        writer.EndNest(nest);
    }

    public static SyncDaemon Read(ReadOnlySpan<byte> body)
    {
        var attributes = new AttributeReader(GenericBody.Attributes(body));
        while (attributes.Read())
        {
            if ((CommandAttribute)attributes.Type == CommandAttribute.Daemon)
            {
                return ReadNest(attributes.AsNest());
            }
        }

        throw new NetlinkProtocolException("A reply about a sync daemon holds none.");
    }

    /// <summary>Sends attributes that kernels before 4.3 do not know only when they are set.</summary>
    private static void WriteTransport(ref AttributeWriter writer, SyncDaemon daemon)
    {
        if (daemon.MaxLength != 0)
        {
            writer.Write(DaemonAttribute.MaximumLength, daemon.MaxLength);
        }

        if (daemon.Group is { } group)
        {
            var attribute = group.AddressFamily == AddressFamily.InterNetworkV6 ? DaemonAttribute.MulticastGroup6 : DaemonAttribute.MulticastGroup;
            writer.Write(attribute, group.GetAddressBytes());
        }

        if (daemon.Port != 0)
        {
            writer.Write(DaemonAttribute.MulticastPort, daemon.Port);
        }

        if (daemon.TimeToLive != 0)
        {
            writer.Write(DaemonAttribute.MulticastTtl, daemon.TimeToLive);
        }
    }

    private static SyncDaemon ReadNest(AttributeReader attributes)
    {
        var daemon = new SyncDaemon(default, "", 0);
        while (attributes.Read())
        {
            daemon = (DaemonAttribute)attributes.Type switch
            {
                DaemonAttribute.State => daemon with { Role = (SyncRole)attributes.AsUInt32() },
                DaemonAttribute.Interface => daemon with { Interface = attributes.AsText() },
                DaemonAttribute.SyncId => daemon with { SyncId = attributes.AsUInt32() },
                DaemonAttribute.MaximumLength => daemon with { MaxLength = attributes.AsUInt16() },
                DaemonAttribute.MulticastGroup => daemon with { Group = AddressCodec.Read(attributes.Payload, AddressFamily.InterNetwork) },
                DaemonAttribute.MulticastGroup6 => daemon with { Group = AddressCodec.Read(attributes.Payload, AddressFamily.InterNetworkV6) },
                DaemonAttribute.MulticastPort => daemon with { Port = attributes.AsUInt16() },
                DaemonAttribute.MulticastTtl => daemon with { TimeToLive = attributes.AsByte() },
                _ => daemon,
            };
        }

        return daemon;
    }
}
