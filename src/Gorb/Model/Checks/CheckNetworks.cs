using System.Net;
using System.Net.Sockets;

namespace Gorb.Model.Checks;

/// <summary>
/// The networks to which health checks may go (--allow-check, --deny-check), so that a client that may set checks cannot reach what only this host can reach. The most specific network
/// that holds an address decides; of two equal ones a given one beats a built-in one, and a denied one an allowed one. Pure.
/// </summary>
internal sealed class CheckNetworks
{
    private readonly Rule[] _rules;
    private readonly string? _allowed;
    private readonly int[] _ownPorts;

    /// <param name="allowed">The networks of --allow-check. If there are any, checks go to no other.</param>
    /// <param name="denied">The networks of --deny-check.</param>
    /// <param name="ownPorts">The TCP ports of the API on this host, where a request over loopback needs no token.</param>
    public CheckNetworks(IReadOnlyCollection<IPNetwork> allowed, IReadOnlyCollection<IPNetwork> denied, IEnumerable<int> ownPorts)
    {
        _rules = [.. denied.Select(static network => new Rule(network, Kind.Denied))
            .Concat(allowed.Select(static network => new Rule(network, Kind.Allowed)))
            .Concat(BuiltIn)
            .OrderByDescending(static rule => rule.Network.PrefixLength)]; // stable
        _allowed = allowed.Count == 0 ? null : string.Join(", ", allowed);
        _ownPorts = [.. ownPorts];
    }

    /// <summary>The networks of a daemon without the options.</summary>
    public static CheckNetworks Default { get; } = new([], [], []);

    /// <summary>
    /// Denied without options: the metadata services of clouds, which hand out credentials of this host to whoever connects from it, and this host itself.
    /// </summary>
    private static Rule[] BuiltIn =>
    [
        new(new IPNetwork(IPAddress.Parse("169.254.169.254"), 32), Kind.Metadata),
        new(new IPNetwork(IPAddress.Parse("fd00:ec2::254"), 128), Kind.Metadata),
        new(new IPNetwork(new IPAddress([127, 0, 0, 0]), 8), Kind.ThisHost),
        new(new IPNetwork(IPAddress.IPv6Loopback, 128), Kind.ThisHost),
    ];

    /// <summary>Returns why a probe may not be sent, with the remedy; null when it may. A target without an address, a name, is decided when it is resolved.</summary>
    public string? Refusal(ProbeTarget target)
    {
        var address = target.Path?.Destination.Key.Address ?? target.Address; // packets of a check by path go to the backend
        return target.Args is ExecArgs || address is null ? null : Refusal(address, target.IsBackendLocal) ?? OwnApiRefusal(target, address);
    }

    /// <summary>Returns why a check may not go to an address, with the remedy; null when it may.</summary>
    /// <param name="address">The address.</param>
    /// <param name="isBackendLocal">Whether the backend of the check has a loopback address.</param>
    public string? Refusal(IPAddress address, bool isBackendLocal)
    {
        address = Plain(address);
        foreach (var rule in _rules)
        {
            if (rule.Network.Contains(address) && !(rule.Kind == Kind.ThisHost && isBackendLocal))
            {
                return rule.Kind switch
                {
                    Kind.Allowed => null,
                    Kind.Denied => $"checks may not go to {address}, which is in {rule.Network} (--deny-check): give another host or type none, or change the option",
                    Kind.Metadata => $"checks do not go to {address}, where clouds hand out this host's credentials: give another host or type none, or start the daemon with --allow-check {rule.Network}",
                    _ => $"checks go to {address}, which is this host itself, only for a backend that is there: give another host or type none, or start the daemon with --allow-check {rule.Network}",
                };
            }
        }

        return _allowed is null ? null : $"checks may not go to {address}, which is in none of the networks of --allow-check ({_allowed}): give another host or type none, or add its network to the option";
    }

    /// <summary>An HTTP check can send any request, and the API takes one over loopback for an admin's.</summary>
    private string? OwnApiRefusal(ProbeTarget target, IPAddress address) =>
        target.Args is HttpArgs && Array.IndexOf(_ownPorts, target.Port) >= 0 && IPAddress.IsLoopback(Plain(address))
            ? $"checks of type {target.Args.Type} do not go to Gorb's own API ({address}, port {target.Port}), which could take their requests for an admin's: use type tcp"
            : null;

    /// <summary>The address to which the kernel sends the packets: "any address" is this host, and IPv4 can be written as IPv6.</summary>
    private static IPAddress Plain(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.Equals(IPAddress.Any) ? IPAddress.Loopback
            : plain.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : plain is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } ? new IPAddress(plain.GetAddressBytes())
            : plain;
    }

    private enum Kind
    {
        Allowed,
        Denied,
        Metadata,
        ThisHost,
    }

    private readonly record struct Rule(IPNetwork Network, Kind Kind);
}
