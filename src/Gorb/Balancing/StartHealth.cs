using System.Collections.Immutable;
using Gorb.Ipvs;
using Gorb.Pulse.Policy;

namespace Gorb.Balancing;

/// <summary>
/// What backends count as when the daemon starts: a backend that the kernel holds at weight 0 although it should have some was down before,
/// and a restart sends it no traffic; one that the kernel does not have begins as its service says.
/// </summary>
internal static class StartHealth
{
    public static Table Of(Table wanted, IReadOnlyList<TableEntry> kernel)
    {
        var have = kernel.ToDictionary(
            entry => entry.Service.Service.Key,
            entry => entry.Destinations.ToDictionary(destination => destination.Destination.Key, destination => destination.Destination.Weight));
        var services = wanted.Services.ToBuilder();
        foreach (var service in wanted.Services.Values)
        {
            var weights = have.GetValueOrDefault(service.Spec.Key);
            services[service.Name] = service with
            {
                Backends = service.Backends.ToImmutableSortedDictionary(
                    pair => pair.Key, pair => pair.Value with { Health = Of(service.Spec, pair.Value.Spec, weights) }, StringComparer.Ordinal),
            };
        }

        return wanted with { Services = services.ToImmutable() };
    }

    private static BackendHealth Of(ServiceSpec service, BackendSpec backend, Dictionary<DestinationKey, int>? weights)
    {
        if (weights is null || !weights.TryGetValue(backend.Key, out var weight))
        {
            return BackendHealth.Start(service.Start);
        }

        var isQuiet = backend.Weight == 0 || backend.Drain is not null || backend.Force != Force.None; // 0 says nothing then
        return new BackendHealth(weight == 0 && !isQuiet ? Verdict.Down : Verdict.Up);
    }
}
