using System.Globalization;
using Gorb.Doctor.Facts;
using Gorb.Ipvs.Routes;

namespace Gorb.Doctor.Causes;

/// <summary>Causes in other programs and tables of this host.</summary>
internal static class LocalCauses
{
    private const string Proxy = "docker-proxy";
    private const string Count = "net.netfilter.nf_conntrack_count", Max = "net.netfilter.nf_conntrack_max";

    /// <summary>Shares of the connection tracking table, in percent.</summary>
    private const int Crowded = 80, Full = 95;

    public static IReadOnlyList<Cause> All { get; } =
    [
        new("port-taken-locally", Severity.Warning, "A server on this host gets no connections from outside.",
            "IPVS takes packets for the service's address and port before a local socket does.",
            "Stop the server, let it listen at another address, or add it as a backend.",
            FindListeners),
        new("docker-proxy", Severity.Warning, "Connections to a container are slow, and it sees this host as their client.",
            "The backend is a port that Docker publishes on this host, and for packets of IPVS Docker's userland proxy copies every byte.",
            "Use the container's own address and port as the backend (the Docker link does), or the proxy off (\"userland-proxy\": false).",
            FindProxies),
        new("conntrack-filling", Severity.Warning, "New connections are dropped at random; the kernel logs \"table full\".",
            "The connection tracking table of this host fills up; when it is full, the kernel drops packets of new connections.",
            "Enlarge the table, or take balanced connections out of it (net.ipv4.vs.conntrack=0).",
            FindConntrack),
    ];

    private static IEnumerable<Sighting> FindListeners(HostView host) =>
        from service in host.Services()
        let key = service.Spec.Key
        let vip = key.Address
        where vip is not null && key.Port != 0
        where !service.Backends.Values.Any(backend => IsLocal(host, backend.Spec.Address))
        from listener in host.Listeners.Where(listener => listener.Protocol == key.Protocol && listener.Port == key.Port && listener.Covers(vip) && listener.Program != Proxy).Take(1)
        select new Sighting(
            string.Create(CultureInfo.InvariantCulture, $"{Name(listener)} listens at {listener.Address}, port {listener.Port}, as service {service.Name} does"),
            listener.Process is { } process ? string.Create(CultureInfo.InvariantCulture, $"kill {process}") : null)
        { Subject = service.Name };

    private static string Name(Listener listener) => listener.Process is { } process
        ? string.Create(CultureInfo.InvariantCulture, $"{listener.Program ?? "a program"} (process {process})")
        : "a program";

    private static IEnumerable<Sighting> FindProxies(HostView host) =>
        from pair in host.Backends()
        let spec = pair.Backend.Spec
        where IsLocal(host, spec.Address)
        from listener in host.Listeners.Where(listener => listener.Program == Proxy && listener.Port == spec.Port && listener.Covers(spec.Address)).Take(1)
        let path = Wanted.Path(pair.Service, pair.Backend)
        select new Sighting(string.Create(CultureInfo.InvariantCulture, $"{spec.Key} ({path}) is served by docker-proxy (process {listener.Process})")) { Subject = path };

    private static bool IsLocal(HostView host, System.Net.IPAddress address) => host.Route(new RouteQuery(address))?.Route?.Type == RouteType.Local;

    private static IEnumerable<Sighting> FindConntrack(HostView host)
    {
        if (host.Number(Count) is not { } count || host.Number(Max) is not (> 0 and var max) || (long)count * 100 < (long)max * Crowded)
        {
            yield break;
        }

        yield return new Sighting(
            string.Create(CultureInfo.InvariantCulture, $"{count} of {max} entries are used"),
            string.Create(CultureInfo.InvariantCulture, $"sysctl -w {Max}={Math.Max(262144, (long)max * 4)}"))
        { Severity = (long)count * 100 >= (long)max * Full ? Severity.Error : null, Subject = Max };
    }
}
