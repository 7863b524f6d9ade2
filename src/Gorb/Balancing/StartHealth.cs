using Gorb.Ipvs;
using Gorb.Pulse.Policy;

namespace Gorb.Balancing;

/// <summary>
/// What backends count as when the daemon starts: a backend that the kernel holds at weight 0 although it should have some was down before,
/// and a restart sends it no traffic; one that the kernel does not have begins as its service says.
/// </summary>
internal static class StartHealth
{
    /// <param name="wanted">The table as it was saved.</param>
    /// <param name="kernel">What the kernel has.</param>
    public static Table Of(Table wanted, IReadOnlyDictionary<ServiceKey, KernelService> kernel)
    {
        var services = wanted.Services.ToBuilder();
        foreach (var service in wanted.Services.Values)
        {
            var present = kernel.GetValueOrDefault(service.Spec.Key);
            if (service.Backends.Values.Any(backend => backend.Health != Of(service.Spec, backend.Spec, present)))
            {
                services[service.Name] = service with
                {
                    Backends = Backends.Of([.. service.Backends.Values.Select(backend => backend with { Health = Of(service.Spec, backend.Spec, present) })]),
                };
            }
        }

        return wanted with { Services = services.ToImmutable() };
    }

    private static BackendHealth Of(ServiceSpec service, BackendSpec backend, KernelService? kernel)
    {
        if (kernel?.Find(backend.Key) is not { } destination)
        {
            return BackendHealth.Start(service.Start);
        }

        var isQuiet = backend.Weight == 0 || backend.Drain is not null || backend.Force != Force.None; // 0 says nothing then
        return new BackendHealth(destination.Weight == 0 && !isQuiet ? Verdict.Down : Verdict.Up);
    }
}
