using System.Buffers;
using System.Runtime.InteropServices;
using Gorb.Model;
using Gorb.Model.Policy;

namespace Gorb.Targets.Ipvs;

/// <summary>Computes the effective weights of a service's backends from its current settings and verdicts.</summary>
internal static class Weights
{
    /// <summary>Returns the weights in the order of the backends, and the mode that determined them.</summary>
    public static (ServiceMode Mode, int[] Weights) Of(Service service)
    {
        var backends = service.Backends.Values;
        var policy = new ServicePolicy { SlowStart = service.Spec.SlowStart, Fallback = service.Spec.Fallback, MinHealthy = service.Spec.MinHealthy };
        var weights = new int[backends.Length];
        var inputs = ArrayPool<WeightInput>.Shared.Rent(backends.Length); // a start computes ten thousand weights
        for (var i = 0; i < backends.Length; i++)
        {
            inputs[i] = Input(backends[i]);
        }

        var mode = EffectiveWeight.Compute(policy, inputs.AsSpan(0, backends.Length), weights);
        ArrayPool<WeightInput>.Shared.Return(inputs);
        return (mode, weights);
    }

    /// <summary>Returns the share of the backends that are up, from 0 to 1.</summary>
    public static double Health(Service service) =>
        EffectiveWeight.Health(Array.ConvertAll(ImmutableCollectionsMarshal.AsArray(service.Backends.Values)!, Input));

    public static WeightInput Input(Backend backend) =>
        new(backend.Operator.Weight ?? backend.Spec.Weight, backend.Health.Verdict, backend.IsDraining, backend.Operator.Force ?? backend.Spec.Force, backend.Health.UpFor);
}
