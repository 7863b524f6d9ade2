using Gorb.Ipvs;
using Gorb.Pulse.Policy;

namespace Gorb.Balancing;

/// <summary>
/// What backends count as when the daemon starts: a backend that the kernel holds at weight 0 although it should have some was down before, and so was one
/// that a service has no longer which removes such backends; a restart sends them no traffic. Of a service that the kernel does not have, backends begin as it says.
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
            if (service.Backends.Values.Any(backend => backend.Health != Of(service.Spec, backend.Spec, present, limits)))
            {
                services[service.Name] = service with
                {
                    Backends = Backends.Of([.. service.Backends.Values.Select(backend => backend with { Health = Of(service.Spec, backend.Spec, present, limits) })]),
                };
            }
        }

        return wanted with { Services = services.ToImmutable() };
    }

    private static BackendHealth Of(ServiceSpec service, BackendSpec backend, KernelService? kernel, KernelLimits limits)
    {
        if (kernel?.Find(backend.Key) is not { } destination)
        {
            return kernel is not null && backend.Force == Force.None && Placement.RemovesDown(service, limits)
                ? new BackendHealth(Verdict.Down)
                : BackendHealth.Start(service.Start);
        }

        var isQuiet = backend.Weight == 0 || backend.Drain is not null || backend.Force != Force.None; // 0 says nothing then
        return new BackendHealth(destination.Weight == 0 && !isQuiet ? Verdict.Down : Verdict.Up);
    }
}
