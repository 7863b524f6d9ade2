using Gorb.Ipvs;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Routes;
using Gorb.Targets.Host;

namespace Gorb.Doctor.Facts;

/// <summary>Reads the facts about this host: /proc, netlink, and what the routing daemon says. It changes nothing and runs no program.</summary>
/// <param name="kernel">Creates a client of the kernel's IPVS.</param>
/// <param name="stateFile">The state file; null for none.</param>
internal sealed class HostReader(Func<IIpvsClient> kernel, string? stateFile)
{
    private const string Proc = "/proc", Routes6 = "/proc/net/ipv6_route";

    /// <summary>Reads everything.</summary>
    /// <param name="daemon">The daemon's own facts; null where none runs.</param>
    /// <param name="routes">Asks for routes; it must outlive the view.</param>
    /// <param name="isProbing">True to ask the hosts around, too, by ARP and pings.</param>
    public HostView Read(DaemonFacts? daemon, RouteClient routes, bool isProbing)
    {
        List<string> unread = [];
        var host = new HostView
        {
            Daemon = daemon,
            KernelVersion = Environment.OSVersion.Version,
            Process = Unread.Try(unread, "this process", static () => ProcessReader.Read(Proc), new ProcessFacts()),
            State = stateFile is null ? null : StateReader.Read(stateFile, Path.Combine(Proc, "self/mounts")),
            Setting = static name => SettingReader.Read(Path.Combine(Proc, "sys"), name),
            AdvertisedRoutes = Unread.Try(unread, "the IPv6 routes", ReadAdvertisedRoutes, []),
            Modules = Unread.Try(unread, "the kernel's modules", static () => ModuleReader.Read(Proc), null),
            Neighbors = Unread.Try(unread, "the neighbours", routes.GetNeighbors, []),
            Route = query => Unread.Try<RouteAnswer?>(unread, "the routes", () => routes.Lookup(query), null),
        };
        host = ReadFilter(ReadLinks(ReadKernel(host), unread), unread);
        return host with
        {
            Bird = Unread.Try(unread, "BIRD", () => host.AnnouncedVips().Select(static vip => vip.Address).ToList() is { Count: > 0 } vips ? BirdReader.Read(BirdReader.DefaultSocket, vips) : null, null),
            Listeners = Unread.Try(unread, "the listening sockets", () => ReadListeners(host), []),
            Probes = isProbing && host.Process.IsNetRaw ? Unread.Try(unread, "the answers of other hosts", () => ProbeReader.Read(host), new ProbeFacts()) : new ProbeFacts(),
            Unread = unread,
        };
    }

    private static IReadOnlyList<string> ReadAdvertisedRoutes() => File.Exists(Routes6)
        ? [.. File.ReadLines(Routes6).Select(HostFactsReader.ParseAdvertisedRoute).OfType<string>().Distinct()]
        : []; // a kernel without IPv6

    private HostView ReadKernel(HostView host)
    {
        try
        {
            using var client = kernel();
            return host with { ConnectionTableSize = client.GetInfo().ConnectionTableSize, Entries = client.GetTable() };
        }
        catch (Exception error) when (error is IpvsException or NetlinkException)
        {
            return host with { IpvsTrouble = error.Message };
        }
    }

    private static IReadOnlyList<Listener> ReadListeners(HostView host)
    {
        var ports = host.Services().Select(static service => service.Spec.Key.Port).Concat(host.Backends().Select(static pair => pair.Backend.Spec.Port)).ToHashSet();
        return ListenerReader.Read(Proc, ports.Contains);
    }

    /// <summary>Without the capability nothing is read: the finding about it is enough.</summary>
    private static HostView ReadFilter(HostView host, List<string> unread) => host.Process.IsNetAdmin ? host with { Chains = FilterReader.Read(unread) } : host;

    private static HostView ReadLinks(HostView host, List<string> unread)
    {
        using var client = AddressClient.Create();
        return host with
        {
            Links = Unread.Try(unread, "the network devices", client.GetLinks, []),
            Addresses = Unread.Try(unread, "the addresses", client.GetAddresses, []),
        };
    }
}
