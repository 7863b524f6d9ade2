using System.Net.Sockets;

namespace Gorb.Ipvs;

/// <summary>
/// Refuses changes that the kernel would accept and misunderstand. The kernel checks neither protocol nor forwarding method nor tunnel type, reads mark 0
/// as TCP 0.0.0.0:0, and stores services and ports that never match a packet.
/// </summary>
internal static class ChangeRules
{
    private const int MaxNameCharacters = 15; // IP_VS_SCHEDNAME_MAXLEN, IP_VS_PENAME_MAXLEN with their NUL

    /// <summary>Why the change must not reach the kernel; null when it is valid.</summary>
    public static string? Validate(IpvsChange change) => change.Service is { Address: null, IsFirewallMark: false }
        ? "the service has neither an address nor a firewall mark"
        : change switch
        {
            IpvsChange.AddService { Settings: var service } => Validate(service),
            IpvsChange.UpdateService { Settings: var service } => Validate(service),
            IpvsChange.AddDestination { Settings: var destination } => Validate(change.Service, destination),
            IpvsChange.UpdateDestination { Settings: var destination } => Validate(change.Service, destination),
            IpvsChange.RemoveDestination { Key.Address: null } => NoAddress,
            _ => null,
        };

    private const string NoAddress = "the destination has no address";

    private static string? Validate(VirtualService service)
    {
        var key = service.Key;
        if (!IsName(service.Scheduler))
        {
            return $"scheduler '{service.Scheduler}' is no name of 1 to {MaxNameCharacters} characters";
        }

        if (service.PersistenceEngine is { } engine && !IsName(engine))
        {
            return $"persistence engine '{engine}' is no name of 1 to {MaxNameCharacters} characters";
        }

        if (service.Netmask.Family != key.Family)
        {
            return $"the netmask is for {service.Netmask.Family}, the service for {key.Family}";
        }

        if (service.PersistenceTimeout > VirtualService.MaxPersistenceTimeout)
        {
            return $"a persistence timeout of {service.PersistenceTimeout} s is more than {VirtualService.MaxPersistenceTimeout} s";
        }

        return key.IsFirewallMark ? null : ValidateAddress(service);
    }

    private static string? ValidateAddress(VirtualService service)
    {
        if (service.Key.Port == 0 && !service.Flags.HasFlag(ServiceFlags.Persistent))
        {
            return "a service of all ports (port 0) works with persistence only";
        }

        return service.Flags.HasFlag(ServiceFlags.OnePacket) && service.Key.Protocol != TransportProtocol.Udp
            ? "one-packet scheduling is for udp only"
            : null;
    }

    private static string? Validate(ServiceKey service, Destination destination)
    {
        if (destination.Key.Address is not { AddressFamily: AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 } address)
        {
            return NoAddress;
        }

        if (!Enum.IsDefined(destination.Forwarding) || !Enum.IsDefined(destination.Tunnel.Type))
        {
            return $"the kernel knows no forwarding method {destination.Forwarding} with tunnel type {destination.Tunnel.Type}";
        }

        if (address.AddressFamily != service.Family && destination.Forwarding != ForwardingMethod.Tunnel)
        {
            return $"{address} and the service are of different families; only a tunnel can cross them";
        }

        return ValidateNumbers(service, destination);
    }

    private static string? ValidateNumbers(ServiceKey service, Destination destination)
    {
        if (destination.Weight < 0)
        {
            return $"weight {destination.Weight} is negative";
        }

        if (destination.UpperThreshold > int.MaxValue || destination.LowerThreshold > destination.UpperThreshold)
        {
            return $"thresholds {destination.LowerThreshold} to {destination.UpperThreshold}: the lower must not exceed the upper, nor the upper 2^31-1";
        }

        if (destination is { Forwarding: ForwardingMethod.Tunnel, Tunnel: { Type: TunnelType.Gue, Port: 0 } })
        {
            return "a gue tunnel needs a port";
        }

        return destination.Forwarding is ForwardingMethod.DirectRoute or ForwardingMethod.Tunnel
            && destination.Key.Port != 0 && service.Port != 0 && destination.Key.Port != service.Port
            ? $"direct routing and tunnels do not rewrite the port: it must be the service's, {service.Port}"
            : null;
    }

    private static bool IsName(string? text) => text is { Length: > 0 and <= MaxNameCharacters } && text.All(static c => c is > ' ' and < '\x7F');
}
