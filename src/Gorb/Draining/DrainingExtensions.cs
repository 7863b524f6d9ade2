using Gorb.Balancing;

namespace Gorb.Draining;

internal static class DrainingExtensions
{
    public static IServiceCollection AddDraining(this IServiceCollection services) => services
        .AddSingleton(provider => new OrphanedFlows(provider.Logger<OrphanedFlows>()))
        .AddSingleton(provider => new Drainer(
            provider.Get<Balancer>(), provider.Get<KernelReader>(), provider.Get<OrphanedFlows>(), provider.Get<TimeProvider>(), provider.Logger<Drainer>()))
        .AddHostedService(provider => provider.Get<Drainer>());
}
