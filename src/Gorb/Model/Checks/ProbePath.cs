using Gorb.Ipvs;

namespace Gorb.Model.Checks;

/// <summary>
/// The way of a check through IPVS to one backend of one service. Equal paths share a firewall mark, whose only destination is the backend. A backend that moves
/// or changes its forwarding has another path, so entries of old connections never redirect its probes.
/// </summary>
/// <param name="Service">The kernel key of the service.</param>
/// <param name="Destination">The only destination of the mark.</param>
internal sealed record ProbePath(ServiceKey Service, Destination Destination)
{
    /// <param name="service">The kernel key of the service.</param>
    /// <param name="backend">The backend.</param>
    /// <param name="port">The port that the check asks for; null for the service's.</param>
    public static ProbePath Of(ServiceKey service, BackendSpec backend, int? port)
    {
        var isMapped = backend.Method == ForwardingMethod.Masquerade && (port is null || port == service.Port); // any other port arrives unchanged
        return new ProbePath(service, new Destination(new DestinationKey(backend.Address, isMapped ? backend.Port : (ushort)0))
        {
            Forwarding = backend.Method,
            Tunnel = backend.Tunnel,
        });
    }
}
