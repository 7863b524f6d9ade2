using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Routes;
using Gorb.Model;
using Gorb.Targets.Host;
using Gorb.Targets.Host.Addresses;

namespace Gorb.Doctor;

/// <summary>Questions about the wanted table that several causes ask.</summary>
internal static class Wanted
{
    public static IEnumerable<Service> Services(this HostView host) => host.Daemon?.Table.Services.Values ?? [];

    /// <summary>The kernel settings that the table needs, by the rules of --sysctl.</summary>
    public static IReadOnlyList<SysctlNeed> SettingNeeds(this HostView host)
    {
        var links = host.Links.ToDictionary(static link => link.Index);
        var facts = new HostFacts(
            host.KernelVersion,
            [
                .. host.Addresses.Where(entry => links.ContainsKey(entry.Link)).Select(entry => (entry, Link: links[entry.Link]))
                    .Select(static one => new DeviceAddress(one.Link.Name, one.entry.Address, one.entry.PrefixLength, one.Link is { IsEthernet: true, IsUp: true, Kind: not "dummy" })),
            ],
            new(() => host.AdvertisedRoutes))
        { HasPeers = host.Daemon is { Sync.Count: > 0 } };
        return host.Daemon is { } daemon ? SysctlRules.Find(TableUses.Of(daemon.Table, facts), host.KernelVersion) : [];
    }

    public static IEnumerable<(Service Service, Backend Backend)> Backends(this HostView host) =>
        host.Services().SelectMany(static service => service.Backends.Values.Select(backend => (service, backend)));

    public static IEnumerable<(Service Service, Backend Backend)> Backends(this HostView host, ForwardingMethod method) =>
        host.Backends().Where(pair => pair.Backend.Spec.Method == method);

    /// <summary>The virtual addresses that are to be on this host, each once, with a service that has it.</summary>
    public static IEnumerable<(IPAddress Address, Service Service)> Vips(this HostView host) =>
        host.Services().Where(service => service.Spec.Key.Address is { } address && !host.Daemon!.NotHere.Contains(address)).DistinctBy(static service => service.Spec.Key.Address)
            .Select(static service => (service.Spec.Key.Address!, service));

    /// <summary>The virtual addresses that a routing daemon is to announce: those on the dummy of --vip-interface.</summary>
    public static IEnumerable<(IPAddress Address, Service Service)> AnnouncedVips(this HostView host) => host.Vips().Where(vip => host.LinkOf(vip.Address)?.Name == VipOptions.Dummy);

    /// <summary>The addresses to which packets are sent: backends and sorry backends, with their paths; each address once.</summary>
    public static IEnumerable<(IPAddress Address, string Path)> Places(this HostView host) =>
        host.Backends().Select(static pair => (pair.Backend.Spec.Address, Path(pair.Service, pair.Backend)))
            .Concat(host.Services().Where(static service => service.SorryKey is not null).Select(static service => (service.SorryKey!.Value.Address, service.Name)))
            .DistinctBy(static place => place.Item1);

    /// <summary>The kernel's entries of the backends.</summary>
    public static IEnumerable<(Service Service, Backend Backend, DestinationEntry Entry)> Destinations(this HostView host)
    {
        var entries = host.Entries.ToDictionary(static entry => entry.Service.Service.Key);
        foreach (var service in host.Services().Where(service => entries.ContainsKey(service.Spec.Key)))
        {
            var destinations = entries[service.Spec.Key].Destinations.ToDictionary(static entry => entry.Destination.Key);
            foreach (var backend in service.Backends.Values.Where(backend => destinations.ContainsKey(backend.Spec.Key)))
            {
                yield return (service, backend, destinations[backend.Spec.Key]);
            }
        }
    }

    public static string Path(Service service, Backend backend) => $"{service.Name}/{backend.Name}";

    public static bool IsV4(this IPAddress address) => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;

    /// <summary>The address with the length of a host's prefix, as ip(8) takes it.</summary>
    public static string HostPrefix(this IPAddress address) => $"{address}/{(address.IsV4() ? 32 : 128)}";

    /// <summary>The value of a setting that is the larger of the one of all devices and that of a device (rp_filter, arp_ignore); null when it is unknown.</summary>
    public static int? DeviceSetting(this HostView host, string device, string setting)
    {
        var (all, own) = (host.Number($"net.ipv4.conf.all.{setting}"), host.Number($"net.ipv4.conf.{InSetting(device)}.{setting}"));
        return all is null && own is null ? null : Math.Max(all ?? 0, own ?? 0);
    }

    /// <summary>True when the kernel's answer says that the reverse path filter of the device where a packet comes in drops it.</summary>
    /// <remarks>Linux says EXDEV, and since 6.13 EINVAL, as for every packet that it does not take: there the filter and the route back to the source decide.</remarks>
    public static bool IsReversePathFiltered(this HostView host, RouteAnswer answer, NetworkLink input, IPAddress source) => answer.Errno switch
    {
        Errno.EXDEV => true,
        Errno.EINVAL => host.DeviceSetting(input.Name, "rp_filter") == 1 && host.Route(new RouteQuery(source))?.Route is { Type: RouteType.Unicast } back && back.Link != input.Index,
        _ => false,
    };

    /// <summary>A device's name inside the name of a setting, where a dot separates.</summary>
    public static string InSetting(string device) => device.Replace('.', '/');

    public static int? Number(this HostView host, string setting) =>
        int.TryParse(host.Setting(setting), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
}
