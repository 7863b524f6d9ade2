namespace Gorb.Ipvs;

/// <summary>One change of the kernel's table, as data: what <see cref="IIpvsClient.Apply"/> pipelines.</summary>
/// <param name="Service">The virtual service that is changed, or whose destination is.</param>
public abstract record IpvsChange(ServiceKey Service)
{
    /// <summary>The destination that is changed; null when it is the service itself.</summary>
    public virtual DestinationKey? Destination => null;

    /// <summary>Creates a virtual service; EEXIST when there is one.</summary>
    public sealed record AddService(VirtualService Settings) : IpvsChange(Settings.Key);

    /// <summary>Replaces the settings of a virtual service in place; ESRCH when there is none.</summary>
    public sealed record UpdateService(VirtualService Settings) : IpvsChange(Settings.Key);

    /// <summary>Removes a virtual service with all its destinations; ESRCH when there is none.</summary>
    public sealed record RemoveService(ServiceKey Service) : IpvsChange(Service);

    /// <summary>Creates a destination; EEXIST when there is one, ESRCH when the service is missing.</summary>
    public sealed record AddDestination(ServiceKey Service, Destination Settings) : IpvsChange(Service)
    {
        /// <inheritdoc/>
        public override DestinationKey? Destination => Settings.Key;
    }

    /// <summary>Replaces the settings of a destination in place; ENOENT when there is none, ESRCH when the service is missing.</summary>
    public sealed record UpdateDestination(ServiceKey Service, Destination Settings) : IpvsChange(Service)
    {
        /// <inheritdoc/>
        public override DestinationKey? Destination => Settings.Key;
    }

    /// <summary>Removes a destination; ENOENT when there is none, ESRCH when the service is missing.</summary>
    public sealed record RemoveDestination(ServiceKey Service, DestinationKey Key) : IpvsChange(Service)
    {
        /// <inheritdoc/>
        public override DestinationKey? Destination => Key;
    }
}
