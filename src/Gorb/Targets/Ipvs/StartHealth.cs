using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Policy;

namespace Gorb.Targets.Ipvs;

/// <summary>
/// Determines the verdicts of backends at the start of the daemon. A backend is down when the kernel has it at weight 0 although its weight, including the
/// operator's override, is above 0, or when the kernel lacks it in a service that removes backends that are down. Such a backend gets no traffic after a restart.
/// Backends of a service that the kernel does not have begin with the verdict that the service's "start" names; "start: keep" means the saved verdict. Verdicts are
/// saved a little after the kernel is changed, so if the two contradict each other, the kernel is right.
/// </summary>
internal static class StartHealth
{
    /// <param name="wanted">The table as it was saved.</param>
    /// <param name="kernel">The kernel's services.</param>
    /// <param name="limits">The limits of the kernel.</param>
    public static Table Of(Table wanted, IReadOnlyDictionary<ServiceKey, KernelService> kernel, KernelLimits limits)
    {
        var services = wanted.Services.ToBuilder();
        foreach (var service in wanted.Services.Values)
        {
            var present = kernel.GetValueOrDefault(service.Spec.Key);
            var health = Of(service, present, limits);
            if (service.Backends.Values.Where((backend, i) => backend.Health != health[i]).Any())
            {
                services[service.Name] = service with { Backends = Backends.Of([.. service.Backends.Values.Select((backend, i) => backend with { Health = health[i] })]) };
            }
        }

        return wanted with { Services = services.ToImmutable() };
    }

    private static BackendHealth[] Of(Service service, KernelService? kernel, KernelLimits limits)
    {
        var placed = new Lazy<int[]>(() => Placement.Of(service, limits).Weights); // rarely needed
        return [.. service.Backends.Values.Select((backend, i) => IsKeptDown(backend, i) ? new BackendHealth(Verdict.Down) : Of(service.Spec, backend, kernel, limits))];

        // A backend with a weight that its saved verdict does not allow came up just before the daemon ended, which left no time to save the verdict.
        bool IsKeptDown(Backend backend, int i) => service.KeptVerdict(backend) == Verdict.Down && !(kernel?.Find(backend.Spec.Key)?.Weight > 0 && placed.Value[i] <= 0);
    }

    private static BackendHealth Of(ServiceSpec service, Backend backend, KernelService? kernel, KernelLimits limits)
    {
        var input = Weights.Input(backend);
        if (kernel?.Find(backend.Spec.Key) is not { } destination)
        {
            return kernel is not null && input.Force == Force.None && Placement.RemovesDown(service, limits)
                ? new BackendHealth(Verdict.Down)
                : BackendHealth.Start(service.Start);
        }

        var isQuiet = !input.IsUsable || input.Force != Force.None; // weight 0 then says nothing about the health checks
        return new BackendHealth(destination.Weight == 0 && !isQuiet ? Verdict.Down : Verdict.Up);
    }
}
