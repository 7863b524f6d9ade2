using System.Net.Sockets;
using Gorb.Ipvs;

namespace Gorb.Doctor.Causes;

/// <summary>Causes in kernel settings (sysctl), by what the table uses.</summary>
internal static class SettingCauses
{
    private const string Forward4 = "net.ipv4.ip_forward", Forward6 = "net.ipv6.conf.all.forwarding";

    public static IReadOnlyList<Cause> All { get; } =
    [
        new("forwarding-off", Severity.Error, "Clients of a service with nat get no answer.",
            "A packet that goes to a backend by nat is forwarded, and so is the answer; the kernel drops both.",
            "Switch forwarding on, now and at each boot (/etc/sysctl.d).",
            FindForwarding),
        new("udp-without-expiry", Severity.Warning, "UDP clients get no answer for minutes after a backend was removed.",
            "A UDP client that keeps its port stays with a removed backend, and the kernel drops its packets, until net.ipv4.vs.expire_nodest_conn is 1.",
            "Set it, or let Gorb do it (--sysctl apply).",
            FindNoDestination),
        new("persistence-without-expiry", Severity.Warning, "A drain of a persistent service never ends; clients go on to a backend of weight 0.",
            "A persistent client goes on to its backend even at weight 0, until net.ipv4.vs.expire_quiescent_template is 1.",
            "Set it, or let Gorb do it (--sysctl apply).",
            FindPersistence),
    ];

    private static IEnumerable<Sighting> FindForwarding(HostView host)
    {
        if (host.Has(ForwardingMethod.Masquerade, AddressFamily.InterNetwork) && host.Number(Forward4) == 0)
        {
            yield return IsZero(Forward4);
        }

        if (host.Has(ForwardingMethod.Masquerade, AddressFamily.InterNetworkV6) && host.Number(Forward6) == 0)
        {
            yield return IsZero(Forward6);
        }
    }

    private static IEnumerable<Sighting> FindNoDestination(HostView host)
    {
        const string setting = "net.ipv4.vs.expire_nodest_conn";
        return host.Number(setting) == 0 && host.Services().Any(static service => service.Spec is { OnePacket: false, Key: { IsFirewallMark: false, Protocol: TransportProtocol.Udp } })
            ? [IsZero(setting)]
            : [];
    }

    private static IEnumerable<Sighting> FindPersistence(HostView host)
    {
        const string setting = "net.ipv4.vs.expire_quiescent_template";
        return host.Number(setting) == 0 && host.Services().Any(static service => service.Spec.Persistence is not null) ? [IsZero(setting)] : [];
    }

    private static Sighting IsZero(string setting) => new($"{setting} is 0", $"sysctl -w {setting}=1") { Subject = setting };
}
