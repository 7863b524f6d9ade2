namespace Gorb.Targets.Host;

/// <summary>A property of the table that kernel settings depend on.</summary>
internal enum TableFeature
{
    /// <summary>IPVS itself, also with an empty table.</summary>
    Ipvs,

    /// <summary>Connections are synchronized with other directors.</summary>
    Sync,

    /// <summary>TCP services whose connections every director sends to the same backend (<c>mh</c> with <c>mh-port</c>), on a host with other directors.</summary>
    SharedHash,

    /// <summary>TCP services.</summary>
    Tcp,

    /// <summary>NAT to IPv4 backends on other hosts. The device is the one of their network, if they are on a network of this host.</summary>
    Nat4,

    /// <summary>NAT to IPv6 backends on other hosts.</summary>
    Nat6,

    /// <summary>NAT to IPv6 backends, on a host whose default route comes from router advertisements that the device receives.</summary>
    Nat6WithAdvertisedRoute,

    /// <summary>Services with masquerade.</summary>
    Masquerade,

    /// <summary>Direct routing or tunnels to IPv4 backends, which have the virtual address too. The device is the one of their network.</summary>
    SharedAddress4,

    /// <summary>Checks by path of IPv4 backends with direct routing or a tunnel, whose replies come from an address of this host. The device is the one of their network.</summary>
    PathCheck4,

    /// <summary>An IPv4 virtual address whose network is the device's, but which another device has.</summary>
    AddressElsewhere4,
}

/// <summary>A property of the table, with the network device that it concerns.</summary>
/// <param name="Feature">The property.</param>
/// <param name="Device">The device; null when there is none, or it is unknown.</param>
internal readonly record struct TableUse(TableFeature Feature, string? Device = null);
