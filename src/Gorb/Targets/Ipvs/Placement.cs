using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Policy;

namespace Gorb.Targets.Ipvs;

/// <summary>
/// The current state of a service's backends in the kernel: the weight of each, or <see cref="Absent"/> for a backend that is out of the kernel while it is down.
/// </summary>
/// <param name="Mode">The mode that determined the weights.</param>
/// <param name="Weights">The weights in the order of the backends.</param>
/// <param name="Sorry">The weight of the sorry backend; 0 while it does not serve and is therefore not in the kernel.</param>
internal readonly record struct Placement(ServiceMode Mode, int[] Weights, int Sorry)
{
    public const int Absent = -1;

    /// <param name="service">The service.</param>
    /// <param name="limits">The limits of the kernel.</param>
    public static Placement Of(Service service, KernelLimits limits)
    {
        var (mode, weights) = Ipvs.Weights.Of(service);
        if (RemovesDown(service.Spec, limits))
        {
            RemoveDown(service.Backends, mode, weights);
        }

        var sorry = mode == ServiceMode.Sorry ? 1 : 0;
        switch (service.Spec.Method)
        {
            case Schedulers.Sh:
                sorry = SourceHashing.Scale(weights, sorry);
                break;
            case Schedulers.Ovf:
                sorry = Widen(service.Backends, weights, sorry);
                break;
        }

        return new Placement(mode, weights, sorry);
    }

    /// <summary>
    /// True when backends that are down are removed from the kernel. Weight 0 keeps new connections away only where the kernel schedules each of them: a UDP client
    /// that keeps its port stays with its backend forever, and dh, sh and mh without fallback refuse clients that they would send to weight 0.
    /// </summary>
    public static bool RemovesDown(ServiceSpec spec, KernelLimits limits) => spec.WhenDown switch
    {
        WhenDown.Remove => true,
        WhenDown.Quiesce => false,
        _ => IsUdp(spec) || (spec.Persistence is not null && limits.KeepsPersistentClients) || spec.Method == Schedulers.Dh
            || (ServiceFlagWords.CanFallBack(spec.Method) && !ServiceFlagWords.FallsBack(spec)),
    };

    /// <summary>True when the kernel has a destination of weight 0.</summary>
    public bool HasQuiet => Array.IndexOf(Weights, 0) >= 0;

    /// <summary>True when a backend of the service is out of the kernel.</summary>
    public bool IsAbsent(Service service, Backend backend) => Weights[service.Backends.Values.IndexOf(backend)] == Absent;

    private static bool IsUdp(ServiceSpec spec) => spec is { OnePacket: false, Key: { IsFirewallMark: false, Protocol: TransportProtocol.Udp } };

    /// <summary>
    /// Replaces reduced weights by full weights, and returns the weight of the sorry backend. For ovf the weight limits the number of connections, so a reduced
    /// weight would refuse clients: a backend has its full weight or none, and the sorry backend has no limit.
    /// </summary>
    private static int Widen(Backends backends, int[] weights, int sorry)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = weights[i] > 0 ? Ipvs.Weights.Input(backends.Values[i]).Weight : weights[i];
        }

        return sorry > 0 ? int.MaxValue : 0;
    }

    private static void RemoveDown(Backends backends, ServiceMode mode, int[] weights)
    {
        var countsVerdicts = mode is not (ServiceMode.HealthIgnored or ServiceMode.ZeroToOne);
        for (var i = 0; i < weights.Length; i++)
        {
            var input = Ipvs.Weights.Input(backends.Values[i]);
            if (weights[i] == 0 && (input.Force == Force.Down || (countsVerdicts && !input.IsUp)))
            {
                weights[i] = Absent;
            }
        }
    }
}
