using System.Net;
using System.Net.Sockets;
using Gorb.Ipvs;
using Gorb.Ipvs.Nftables;
using Gorb.Model;
using Gorb.Model.Checks;

namespace Gorb.Targets.Host;

/// <summary>Finds out which properties of the table kernel settings depend on. Pure.</summary>
internal static class TableUses
{
    // The uses are collected in a set that is passed on, not by iterators: a start looks at each of ten thousand backends.

    /// <summary>Returns the uses of a whole table.</summary>
    public static HashSet<TableUse> Of(Table table, HostFacts facts)
    {
        var uses = new HashSet<TableUse> { new(TableFeature.Ipvs) };
        if (facts.HasPeers)
        {
            uses.Add(new TableUse(TableFeature.Sync));
        }

        foreach (var service in table.Services.Values)
        {
            Add(service, facts, uses);
        }

        return uses;
    }

    /// <summary>False when a table certainly does not have a feature. Cheap: looks neither at the host nor at backends.</summary>
    public static bool MayHave(Table table, TableFeature feature, bool hasPeers) => feature switch
    {
        TableFeature.Masquerade => table.Services.Values.Any(static service => service.Spec.Masquerade != MasqueradeMode.Never),
        TableFeature.Sync => hasPeers,
        TableFeature.SharedHash => hasPeers && table.Services.Values.Any(static service => HashesPorts(service.Spec)),
        _ => true,
    };

    /// <summary>Returns the uses of a service.</summary>
    public static HashSet<TableUse> Of(Service service, HostFacts facts)
    {
        var uses = new HashSet<TableUse>();
        Add(service, facts, uses);
        return uses;
    }

    /// <summary>Adds the uses that a service may have now and had not before: only those of its changed parts are looked for.</summary>
    /// <param name="before">The service before; null for a new one.</param>
    /// <param name="now">The service now.</param>
    /// <param name="facts">The host.</param>
    /// <param name="uses">Receives the uses.</param>
    public static void AddChanged(Service? before, Service now, HostFacts facts, HashSet<TableUse> uses)
    {
        if (!ReferenceEquals(before?.Spec, now.Spec))
        {
            Add(now, facts, uses);
            return;
        }

        foreach (var (_, backend) in Backends.Differing(before.Backends, now.Backends))
        {
            if (backend is not null)
            {
                AddPaths(now.Spec, backend.Spec, facts, uses);
                Add(backend.Spec.Address, backend.Spec.Method, facts, uses);
            }
        }
    }

    private static void Add(Service service, HostFacts facts, HashSet<TableUse> uses)
    {
        Add(service.Spec, facts, uses);
        if (service.SorryKey is { } sorry)
        {
            Add(sorry.Address, service.Spec.Sorry!.Method, facts, uses);
        }

        var usesPaths = PathChecks.Uses(service);
        foreach (var backend in service.Backends.Values)
        {
            if (usesPaths)
            {
                AddPaths(service.Spec, backend.Spec, facts, uses);
            }

            Add(backend.Spec.Address, backend.Spec.Method, facts, uses);
        }
    }

    private static void Add(ServiceSpec service, HostFacts facts, HashSet<TableUse> uses)
    {
        if (service.Key is { IsFirewallMark: false, Protocol: TransportProtocol.Tcp })
        {
            uses.Add(new TableUse(TableFeature.Tcp));
            if (facts.HasPeers && HashesPorts(service))
            {
                uses.Add(new TableUse(TableFeature.SharedHash));
            }
        }

        if (service.Masquerade != MasqueradeMode.Never)
        {
            uses.Add(new TableUse(TableFeature.Masquerade));
        }

        if (service.Key.Address is { } virtualAddress)
        {
            uses.UnionWith(facts.FindOtherDevices(virtualAddress).Select(static device => new TableUse(TableFeature.AddressElsewhere4, device)));
        }
    }

    private static bool HashesPorts(ServiceSpec service) =>
        service.Method == Schedulers.Mh && service.Key is { IsFirewallMark: false, Protocol: TransportProtocol.Tcp } && ServiceFlagWords.Parse(service.Flags).HasFlag(ServiceFlags.Scheduler2);

    private static void AddPaths(ServiceSpec service, BackendSpec backend, HostFacts facts, HashSet<TableUse> uses)
    {
        foreach (var path in PathChecks.Of(service, backend))
        {
            if (PathChecks.NeedsAcceptLocal(path))
            {
                uses.Add(new TableUse(TableFeature.PathCheck4, facts.FindDevice(path.Destination.Key.Address)));
            }
        }
    }

    private static void Add(IPAddress address, ForwardingMethod method, HostFacts facts, HashSet<TableUse> uses)
    {
        if (FindUse(address, method, facts) is { } use && uses.Add(use) && use.Feature == TableFeature.Nat6)
        {
            uses.UnionWith(facts.AdvertisedRoutes.Value.Select(static device => new TableUse(TableFeature.Nat6WithAdvertisedRoute, device)));
        }
    }

    private static TableUse? FindUse(IPAddress address, ForwardingMethod method, HostFacts facts)
    {
        var isV4 = address.AddressFamily == AddressFamily.InterNetwork;
        if (method == ForwardingMethod.Masquerade && !facts.IsLocal(address))
        {
            return isV4 ? new TableUse(TableFeature.Nat4, facts.FindDevice(address)) : new TableUse(TableFeature.Nat6);
        }

        return isV4 && method is ForwardingMethod.DirectRoute or ForwardingMethod.Tunnel && facts.FindDevice(address) is { } device && !facts.IsLocal(address)
            ? new TableUse(TableFeature.SharedAddress4, device)
            : null;
    }
}
