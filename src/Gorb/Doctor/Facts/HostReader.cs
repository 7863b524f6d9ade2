using System.Globalization;
using Gorb.Ipvs;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Routes;

namespace Gorb.Doctor.Facts;

/// <summary>Reads the facts about this host: /proc and netlink. It changes nothing and runs no program.</summary>
/// <param name="kernel">Creates a client of the kernel's IPVS.</param>
/// <param name="stateFile">The state file; null for none.</param>
internal sealed class HostReader(Func<IIpvsClient> kernel, string? stateFile)
{
    private const string Proc = "/proc";

    /// <summary>Reads everything, and asks for routes through a client that must outlive the view.</summary>
    public HostView Read(DaemonFacts? daemon, RouteClient routes)
    {
        List<string> unread = [];
        var host = new HostView
        {
            Daemon = daemon,
            KernelVersion = Environment.OSVersion.Version,
            Process = Try(unread, "this process", static () => ProcessReader.Read(Proc), new ProcessFacts()),
            State = stateFile is null ? null : StateReader.Read(stateFile, Path.Combine(Proc, "self/mounts")),
            Setting = static name => SettingReader.Read(Path.Combine(Proc, "sys"), name),
            Modules = Try(unread, "the kernel's modules", static () => ModuleReader.Read(Proc), null),
            Neighbors = Try(unread, "the neighbours", routes.GetNeighbors, []),
            Route = query => Try<RouteAnswer?>(unread, "the routes", () => routes.Lookup(query), null),
        };
        return ReadLinks(ReadKernel(host), unread) with { Unread = unread };
    }

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

    private static HostView ReadLinks(HostView host, List<string> unread)
    {
        using var client = AddressClient.Create();
        return host with
        {
            Links = Try(unread, "the network devices", client.GetLinks, []),
            Addresses = Try(unread, "the addresses", client.GetAddresses, []),
        };
    }

    private static T Try<T>(List<string> unread, string what, Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is NetlinkException or AddressException or RouteException or IOException or UnauthorizedAccessException)
        {
            var reason = string.Create(CultureInfo.InvariantCulture, $"{what}: {error.Message}");
            if (!unread.Contains(reason))
            {
                unread.Add(reason);
            }

            return otherwise;
        }
    }
}
