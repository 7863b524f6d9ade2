using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Policy;

namespace Gorb.Targets.Ipvs;

/// <summary>Converts services and backends to the kernel's terms. No other code does.</summary>
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
    /// <param name="weight">The effective weight of the backend.</param>
    public static Destination ToDestination(Backend backend, int weight) => new(backend.Spec.Key)
    {
        Weight = weight,
        Forwarding = backend.Spec.Method,
        Tunnel = backend.Spec.Tunnel,
        UpperThreshold = backend.Spec.UpperThreshold,
        LowerThreshold = backend.Spec.LowerThreshold,
    };

    /// <summary>Returns the kernel's entries for a service.</summary>
    /// <param name="service">The service.</param>
    /// <param name="limits">The limits of the kernel.</param>
    public static KernelService ToKernel(Service service, KernelLimits limits = default)
    {
        var placement = Placement.Of(service, limits);
        var backends = service.Backends.Values;
        var destinations = new List<Destination>(backends.Length + 1);
        for (var i = 0; i < backends.Length; i++)
        {
            Add(At(service, placement, i), destinations);
        }

        Add(Sorry(service, placement), destinations);
        return new KernelService(Settings(service.Spec, placement), destinations);
    }

    /// <summary>
    /// Returns two versions of a service without the destinations that are the same object with the same weight in both. A single change leaves nearly all
    /// destinations the same.
    /// </summary>
    public static (KernelService From, KernelService To) Differing(Service from, Service to, KernelLimits limits)
    {
        var (before, after) = (Placement.Of(from, limits), Placement.Of(to, limits));
        var (left, right) = (new List<Destination>(), new List<Destination>());
        foreach (var (old, now) in Backends.Pair(from.Backends, to.Backends))
        {
            if (old < 0 || now < 0 || !ReferenceEquals(from.Backends.Values[old], to.Backends.Values[now]) || before.Weights[old] != after.Weights[now])
            {
                Add(At(from, before, old), left);
                Add(At(to, after, now), right);
            }
        }

        Add(Sorry(from, before), left);
        Add(Sorry(to, after), right);
        return (new KernelService(Settings(from.Spec, before), left), new KernelService(Settings(to.Spec, after), right));
    }

    /// <summary>
    /// Returns the settings of the kernel's service. dh has neither weights nor a fallback: it refuses clients that it would send to a destination of weight 0. If
    /// the service has such a destination, lblc replaces dh; it also chooses by destination address and skips weight 0.
    /// </summary>
    private static VirtualService Settings(ServiceSpec spec, Placement placement) =>
        ToVirtualService(spec) is var settings && spec.Method == Schedulers.Dh && placement.HasQuiet ? settings with { Scheduler = Schedulers.Lblc } : settings;

    private static Destination? At(Service service, Placement placement, int index) =>
        index >= 0 && placement.Weights[index] is var weight and not Placement.Absent ? ToDestination(service.Backends.Values[index], weight) : null;

    private static void Add(Destination? destination, List<Destination> destinations)
    {
        if (destination is not null)
        {
            destinations.Add(destination);
        }
    }

    private static Destination? Sorry(Service service, Placement placement) => service.Spec is { Fallback: Fallback.Sorry, Sorry: { } sorry } && placement.Sorry > 0
        ? new Destination(sorry.Key) { Forwarding = sorry.Method, Weight = placement.Sorry }
        : null;

    private static ServiceFlags Flags(ServiceSpec spec) => ServiceFlagWords.Parse(spec.Flags)
        | (ServiceFlagWords.FallsBack(spec) ? ServiceFlags.Scheduler1 : ServiceFlags.None)
        | (spec.Persistence is null ? ServiceFlags.None : ServiceFlags.Persistent)
        | (spec.OnePacket ? ServiceFlags.OnePacket : ServiceFlags.None);
}
