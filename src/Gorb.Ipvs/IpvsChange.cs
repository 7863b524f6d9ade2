namespace Gorb.Ipvs;

/// <summary>One change of the kernel's table, as data for <see cref="IIpvsClient.Apply"/>.</summary>
/// <param name="Service">The virtual service to change, or the one that owns the destination.</param>
public abstract record IpvsChange(ServiceKey Service)
{
    /// <summary>The destination to change; null for a change of the service itself.</summary>
    public virtual DestinationKey? Destination => null;

    /// <summary>Creates a virtual service; EEXIST when it exists.</summary>
    public sealed record AddService(VirtualService Settings) : IpvsChange(Settings.Key);

    /// <summary>Replaces the settings of a virtual service in place; ESRCH when it is missing.</summary>
    public sealed record UpdateService(VirtualService Settings) : IpvsChange(Settings.Key);

    /// <summary>Removes a virtual service with all its destinations; ESRCH when it is missing.</summary>
    public sealed record RemoveService(ServiceKey Service) : IpvsChange(Service);

    /// <summary>Creates a destination; EEXIST when it exists, ESRCH when the service is missing.</summary>
    public sealed record AddDestination(ServiceKey Service, Destination Settings) : IpvsChange(Service)
    {
        /// <inheritdoc/>
        public override DestinationKey? Destination => Settings.Key;
    }

    /// <summary>Replaces the settings of a destination in place; ENOENT when it is missing, ESRCH when the service is missing.</summary>
    public sealed record UpdateDestination(ServiceKey Service, Destination Settings) : IpvsChange(Service)
    {
        /// <inheritdoc/>
        public override DestinationKey? Destination => Settings.Key;
    }

    /// <summary>Removes a destination; ENOENT when it is missing, ESRCH when the service is missing.</summary>
    public sealed record RemoveDestination(ServiceKey Service, DestinationKey Key) : IpvsChange(Service)
    {
        /// <inheritdoc/>
        public override DestinationKey? Destination => Key;
    }
}
