using Gorb.Ipvs;
using Gorb.Pulse.Policy;

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

    /// <param name="backend">The backend.</param>
    /// <param name="weight">Its effective weight.</param>
    public static Destination ToDestination(Backend backend, int weight) => new(backend.Spec.Key)
    {
        Weight = weight,
        Forwarding = backend.Spec.Method,
        Tunnel = backend.Spec.Tunnel,
        UpperThreshold = backend.Spec.UpperThreshold,
        LowerThreshold = backend.Spec.LowerThreshold,
    };

    /// <summary>The part of the kernel's table that a service stands for.</summary>
    public static KernelService ToKernel(Service service)
    {
        var (mode, weights) = Weights.Of(service);
        var backends = service.Backends.Values;
        var sorry = service.Spec.Fallback == Fallback.Sorry ? service.Spec.Sorry : null;
        var destinations = new Destination[backends.Length + (sorry is null ? 0 : 1)];
        for (var i = 0; i < backends.Length; i++)
        {
            destinations[i] = ToDestination(backends[i], weights[i]);
        }

        if (sorry is not null)
        {
            destinations[^1] = new Destination(sorry.Key) { Forwarding = sorry.Method, Weight = mode == ServiceMode.Sorry ? 1 : 0 };
        }

        return new KernelService(ToVirtualService(service.Spec), destinations);
    }

    private static ServiceFlags Flags(ServiceSpec spec) => ServiceFlagWords.Parse(spec.Flags)
        | (spec.Persistence is null ? ServiceFlags.None : ServiceFlags.Persistent)
        | (spec.OnePacket ? ServiceFlags.OnePacket : ServiceFlags.None);
}
