using Gorb.Ipvs;

namespace Gorb.Balancing;

/// <summary>The only place where Gorb's words meet the kernel's.</summary>
internal static class KernelMapping
{
    public static VirtualService ToVirtualService(ServiceSpec spec) => new(spec.Key)
    {
        Scheduler = spec.Method,
        Flags = Flags(spec),
        PersistenceTimeout = spec.Persistence?.TimeoutSeconds ?? 0,
        Netmask = spec.Persistence?.Netmask ?? Netmask.Whole(spec.Key.Family),
        PersistenceEngine = spec.PersistenceEngine,
    };

    public static Destination ToDestination(Backend backend) => new(backend.Spec.Key)
    {
        Weight = backend.Spec.Drain is null ? backend.Spec.Weight : 0,
        Forwarding = backend.Spec.Method,
        Tunnel = backend.Spec.Tunnel,
        UpperThreshold = backend.Spec.UpperThreshold,
        LowerThreshold = backend.Spec.LowerThreshold,
    };

    /// <summary>The part of the kernel's table that a service stands for.</summary>
    public static KernelService ToKernel(Service service) => new(
        ToVirtualService(service.Spec),
        service.Backends.Values.Select(ToDestination).ToDictionary(destination => destination.Key));

    private static ServiceFlags Flags(ServiceSpec spec) => ServiceFlagWords.Parse(spec.Flags)
        | (spec.Persistence is null ? ServiceFlags.None : ServiceFlags.Persistent)
        | (spec.OnePacket ? ServiceFlags.OnePacket : ServiceFlags.None);
}
