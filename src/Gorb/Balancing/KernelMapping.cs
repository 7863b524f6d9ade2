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
        var sorry = Sorry(service, mode);
        var destinations = new Destination[backends.Length + (sorry is null ? 0 : 1)];
        for (var i = 0; i < backends.Length; i++)
        {
            destinations[i] = ToDestination(backends[i], weights[i]);
        }

        if (sorry is not null)
        {
            destinations[^1] = sorry;
        }

        return new KernelService(ToVirtualService(service.Spec), destinations);
    }

    /// <summary>Two versions of a service, without the destinations that are the same object with the same weight in both: a single change leaves nearly all of them so.</summary>
    public static (KernelService From, KernelService To) Differing(Service from, Service to)
    {
        var (before, after) = (Weights.Of(from), Weights.Of(to));
        var (left, right) = (new List<Destination>(), new List<Destination>());
        foreach (var (old, now) in Backends.Pair(from.Backends, to.Backends))
        {
            if (old < 0 || now < 0 || !ReferenceEquals(from.Backends.Values[old], to.Backends.Values[now]) || before.Weights[old] != after.Weights[now])
            {
                Add(old < 0 ? null : ToDestination(from.Backends.Values[old], before.Weights[old]), left);
                Add(now < 0 ? null : ToDestination(to.Backends.Values[now], after.Weights[now]), right);
            }
        }

        Add(Sorry(from, before.Mode), left);
        Add(Sorry(to, after.Mode), right);
        var settings = ToVirtualService(to.Spec);
        return (new KernelService(ReferenceEquals(from.Spec, to.Spec) ? settings : ToVirtualService(from.Spec), left), new KernelService(settings, right));
    }

    private static void Add(Destination? destination, List<Destination> destinations)
    {
        if (destination is not null)
        {
            destinations.Add(destination);
        }
    }

    private static Destination? Sorry(Service service, ServiceMode mode) => service.Spec is { Fallback: Fallback.Sorry, Sorry: { } sorry }
        ? new Destination(sorry.Key) { Forwarding = sorry.Method, Weight = mode == ServiceMode.Sorry ? 1 : 0 }
        : null;

    private static ServiceFlags Flags(ServiceSpec spec) => ServiceFlagWords.Parse(spec.Flags)
        | (spec.Persistence is null ? ServiceFlags.None : ServiceFlags.Persistent)
        | (spec.OnePacket ? ServiceFlags.OnePacket : ServiceFlags.None);
}
