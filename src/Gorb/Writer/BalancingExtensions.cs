using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Neighbors;
using Gorb.Platform;
using Gorb.Targets.Host;
using Gorb.Targets.Ipvs;

namespace Gorb.Writer;

internal static class BalancingExtensions
{
    public static IServiceCollection AddBalancing(this IServiceCollection services, BalancerOptions options) => services
        .AddSingleton(options)
        .AddSingleton(new KeptCounters())
        .AddSingleton(provider => new Journal(provider.Get<IStateStore>()))
        .AddSingleton(new IpvsClientFactory(IpvsClient.Create))
        .AddSingleton(provider => new KernelReader(provider.Get<IpvsClientFactory>()))
        .AddSingleton(provider => new Balancer(
            provider.Get<IpvsClientFactory>(),
            provider.Get<BalancerOptions>(),
            provider.Get<Journal>(),
            provider.Get<Sysctls>(),
            provider.Get<KeptCounters>(),
            provider.Get<EventHub>(),
            provider.Get<NeighborWatch>(),
            provider.Get<TimeProvider>(),
            provider.Logger<Balancer>()))
        .AddHostedService(provider => provider.Get<Balancer>());
}
