using System.Globalization;
using Gorb.Ipvs;

namespace Gorb.Doctor.Causes;

/// <summary>Causes in the kernel itself.</summary>
internal static class KernelCauses
{
    private static readonly Version Gue = new(5, 2), Gre = new(5, 3);

    public static IReadOnlyList<Cause> All { get; } =
    [
        new("ipvs-missing", Severity.Error, "Every write is answered with 503; /readyz is 503.",
            "Without the kernel's IPVS nothing is balanced.",
            "Load the module ip_vs, now and at each boot (/etc/modules-load.d); for a container, on the host.",
            FindMissingModule),
        new("tunnel-unsupported", Severity.Error, "A backend with a gue or gre tunnel gets no packets.",
            "This kernel cannot make such tunnels: gue needs 5.2, gre 5.3. It takes the setting and sends plain IP in IP.",
            "Use type ipip, or a newer kernel.",
            FindTunnels),
        new("gue-remote-checksum", Severity.Warning, "Connections through a gue tunnel stall.",
            "Remote checksum offload fails on some kernels (6.1): the backend drops the packets.",
            "Use checksum none or full.",
            FindRemoteChecksum),
        new("facts-unread", Severity.Note, "The doctor says that it could not read something.",
            "What could not be read was not examined.",
            "Run the doctor as root.",
            static host => host.Unread.Select(static reason => new Sighting(reason))),
    ];

    private static IEnumerable<Sighting> FindMissingModule(HostView host) => host.IpvsTrouble is { } trouble && host.Process.IsNetAdmin
        ? [new Sighting(trouble, "modprobe ip_vs")]
        : [];

    private static IEnumerable<Sighting> FindTunnels(HostView host) =>
        from pair in host.Backends(ForwardingMethod.Tunnel)
        let type = pair.Backend.Spec.Tunnel.Type
        where (type == TunnelType.Gue && host.KernelVersion < Gue) || (type == TunnelType.Gre && host.KernelVersion < Gre)
        let path = Wanted.Path(pair.Service, pair.Backend)
        select new Sighting(
            string.Create(CultureInfo.InvariantCulture, $"the kernel is {host.KernelVersion}, and {path} has a {type.ToString().ToLowerInvariant()} tunnel"),
            host.Daemon!.Patch(pair.Service, pair.Backend, """{"tunnel": null}"""))
        { Subject = path };

    private static IEnumerable<Sighting> FindRemoteChecksum(HostView host) =>
        from pair in host.Backends(ForwardingMethod.Tunnel)
        let tunnel = pair.Backend.Spec.Tunnel
        where tunnel is { Type: TunnelType.Gue, Checksum: TunnelChecksum.Remote }
        let path = Wanted.Path(pair.Service, pair.Backend)
        select new Sighting(
            $"the tunnel of {path} has checksum remote",
            host.Daemon!.Patch(pair.Service, pair.Backend, """{"tunnel": {"checksum": "none"}}"""))
        { Subject = path };
}
