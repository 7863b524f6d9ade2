using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Wire;

/// <summary>Settings of a whole network namespace: version, table size, connection timeouts.</summary>
internal static class SettingsCodec
{
    public static IpvsInfo ReadInfo(ReadOnlySpan<byte> body)
    {
        var (version, buckets) = (0u, 0u);
        var attributes = new AttributeReader(GenericBody.Attributes(body));
        while (attributes.Read())
        {
            switch ((InfoAttribute)attributes.Type)
            {
                case InfoAttribute.Version: version = attributes.AsUInt32(); break;
                case InfoAttribute.ConnectionTableSize: buckets = attributes.AsUInt32(); break;
            }
        }

        return new IpvsInfo(new Version((int)(version >> 16) & 0xFF, (int)(version >> 8) & 0xFF, (int)version & 0xFF), buckets);
    }

    public static IpvsTimeouts ReadTimeouts(ReadOnlySpan<byte> body)
    {
        var timeouts = new IpvsTimeouts(default, default, default);
        var attributes = new AttributeReader(GenericBody.Attributes(body));
        while (attributes.Read())
        {
            timeouts = (CommandAttribute)attributes.Type switch
            {
                CommandAttribute.TimeoutTcp => timeouts with { Tcp = TimeSpan.FromSeconds(attributes.AsUInt32()) },
                CommandAttribute.TimeoutTcpFin => timeouts with { TcpFin = TimeSpan.FromSeconds(attributes.AsUInt32()) },
                CommandAttribute.TimeoutUdp => timeouts with { Udp = TimeSpan.FromSeconds(attributes.AsUInt32()) },
                _ => timeouts,
            };
        }

        return timeouts;
    }

    public static void WriteTimeouts(ref AttributeWriter writer, IpvsTimeouts timeouts)
    {
        writer.Write(CommandAttribute.TimeoutTcp, WholeSeconds(timeouts.Tcp));
        writer.Write(CommandAttribute.TimeoutTcpFin, WholeSeconds(timeouts.TcpFin));
        writer.Write(CommandAttribute.TimeoutUdp, WholeSeconds(timeouts.Udp));
    }

    private static uint WholeSeconds(TimeSpan time) => time < TimeSpan.Zero || time.Ticks % TimeSpan.TicksPerSecond != 0 || time.TotalSeconds > int.MaxValue
        ? throw new ArgumentOutOfRangeException(nameof(time), time, "The kernel keeps timeouts in whole seconds, 0 to 2^31-1.")
        : (uint)time.TotalSeconds;
}
