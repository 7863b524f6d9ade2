namespace Gorb.Model.Policy;

/// <summary>Computes effective weights from settings and verdicts. The computation is stateless, so no outdated state can affect a result.</summary>
internal static class EffectiveWeight
{
    /// <summary>Computes the weights of a service's backends.</summary>
    /// <param name="policy">The service's policy.</param>
    /// <param name="backends">The backends of the service.</param>
    /// <param name="weights">Receives the weight of each backend.</param>
    public static ServiceMode Compute(ServicePolicy policy, ReadOnlySpan<WeightInput> backends, Span<int> weights)
    {
        var mode = Mode(policy, backends);
        for (var i = 0; i < backends.Length; i++)
        {
            weights[i] = Weight(policy, mode, backends[i]);
        }

        return mode;
    }

    /// <summary>Share of the backends that are up, 0 to 1; 1 without backends, as in GORB.</summary>
    public static double Health(ReadOnlySpan<WeightInput> backends)
    {
        var up = 0;
        foreach (var backend in backends)
        {
            up += backend.IsUp ? 1 : 0;
        }

        return backends.IsEmpty ? 1 : (double)up / backends.Length;
    }

    private static ServiceMode Mode(ServicePolicy policy, ReadOnlySpan<WeightInput> backends)
    {
        var (usable, up) = Count(backends);
        if (up == 0 && policy.Fallback == Fallback.Sorry)
        {
            return ServiceMode.Sorry; // also if all backends drain, so that clients still get an answer
        }

        if (up == 0 && policy.Fallback == Fallback.ZeroToOne)
        {
            return ServiceMode.ZeroToOne;
        }

        if (usable > 0 && (long)up * 100 < (long)policy.MinHealthy * usable)
        {
            return ServiceMode.HealthIgnored;
        }

        return up == 0 ? ServiceMode.AllDown : ServiceMode.Normal;
    }

    private static (int Usable, int Up) Count(ReadOnlySpan<WeightInput> backends)
    {
        var (usable, up) = (0, 0);
        foreach (var backend in backends)
        {
            usable += backend.IsUsable ? 1 : 0;
            up += backend.IsUsable && backend.IsUp ? 1 : 0;
        }

        return (usable, up);
    }

    private static int Weight(ServicePolicy policy, ServiceMode mode, WeightInput backend) => mode switch
    {
        _ when !backend.IsUsable => 0,
        ServiceMode.HealthIgnored => backend.Weight,
        ServiceMode.ZeroToOne => 1,
        ServiceMode.Normal when backend.IsUp => SlowStart.Weight(backend, policy.SlowStart),
        _ => 0,
    };
}
