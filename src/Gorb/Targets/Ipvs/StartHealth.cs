using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Policy;

namespace Gorb.Targets.Ipvs;

/// <summary>
/// Verdicts of backends when the daemon starts. A backend is down when the kernel holds it at weight 0 although its weight, with the operator's words, is above 0; or when the
/// kernel lacks it in a service that removes backends that are down. A restart sends it no traffic. Backends of a service that the kernel does not have begin as the service
/// says, with "start: keep" as they were saved. Verdicts are saved a little after the kernel has them, so where the two contradict each other the kernel is right.
/// </summary>
internal static class StartHealth
{
    /// <param name="wanted">The table as it was saved.</param>
    /// <param name="kernel">What the kernel has.</param>
    /// <param name="limits">What it does not do.</param>
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
        var placed = new Lazy<int[]>(() => Placement.Of(service, limits).Weights); // rarely asked for
        return [.. service.Backends.Values.Select((backend, i) => IsKeptDown(backend, i) ? new BackendHealth(Verdict.Down) : Of(service.Spec, backend, kernel, limits))];

        // With weight although its verdict allows none, it came back and there was no time to save that.
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

        var isQuiet = !input.IsUsable || input.Force != Force.None; // weight 0 says nothing about the checks then
        return new BackendHealth(destination.Weight == 0 && !isQuiet ? Verdict.Down : Verdict.Up);
    }
}
