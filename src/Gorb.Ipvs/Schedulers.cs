namespace Gorb.Ipvs;

/// <summary>The schedulers of the kernel tree. The set is open: a module may add others, and any name is accepted.</summary>
public static class Schedulers
{
    /// <summary>Weighted round robin.</summary>
    public const string Wrr = "wrr";

    /// <summary>Locality-based least connection: by the packet's destination address.</summary>
    public const string Lblc = "lblc";

    /// <summary>Source hashing: by the client's address.</summary>
    public const string Sh = "sh";

    /// <summary>Destination hashing: by the packet's destination address.</summary>
    public const string Dh = "dh";

    /// <summary>Maglev hashing: by the client's address.</summary>
    public const string Mh = "mh";

    /// <summary>Overflow: the destination with the highest weight, until it has that many active connections.</summary>
    public const string Ovf = "ovf";

    /// <summary>No scheduler: the service accepts no connections.</summary>
    public const string None = "none";

    /// <summary>All schedulers of the kernel tree (net/netfilter/ipvs, 7.3); "twos" since 5.14.</summary>
    public static IReadOnlyList<string> Known { get; } =
        ["rr", Wrr, "lc", "wlc", Lblc, "lblcr", Sh, Dh, "sed", "nq", "fo", Ovf, Mh, "twos", None];
}
