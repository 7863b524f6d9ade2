using System.Net;

namespace Gorb.Ipvs.Nftables;

/// <summary>Which clients of a service get their source address replaced by one of this host (source NAT), so that the backends answer through it.</summary>
public enum MasqueradeMode
{
    /// <summary>None. Useful only for a port of an address where every port is translated otherwise (port 0).</summary>
    Never,

    /// <summary>All.</summary>
    Always,

    /// <summary>Those on the network of their backend, and all if the backend is on none of the networks of this host.</summary>
    Automatic,
}

/// <summary>What the rules translate.</summary>
/// <param name="Services">The services by address, with their modes.</param>
/// <param name="Networks">The networks of this host, in a fixed order; used by <see cref="MasqueradeMode.Automatic"/> only.</param>
public sealed record MasqueradeRules(IReadOnlyDictionary<ServiceKey, MasqueradeMode> Services, IReadOnlyList<IPNetwork> Networks)
{
    /// <summary>No rules at all.</summary>
    public static MasqueradeRules None { get; } = new(new Dictionary<ServiceKey, MasqueradeMode>(), []);

    /// <summary>True when two sets of rules translate the same.</summary>
    public bool IsSameAs(MasqueradeRules other) =>
        Networks.SequenceEqual(other.Networks)
        && Services.Count == other.Services.Count
        && Services.All(service => other.Services.TryGetValue(service.Key, out var mode) && mode == service.Value);
}

/// <summary>The kernel's table of rules at one time.</summary>
/// <param name="Exists">Whether there is such a table.</param>
/// <param name="IsIntact">False when the table has other rules than those below, or lacks some.</param>
/// <param name="Rules">What the table translates, as far as its rules are understood.</param>
/// <param name="Generation">The number of changes of all tables of the network namespace; null without nf_tables.</param>
public sealed record MasqueradeState(bool Exists, bool IsIntact, MasqueradeRules Rules, uint? Generation);
