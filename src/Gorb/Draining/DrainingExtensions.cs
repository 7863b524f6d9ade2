using Gorb.Ipvs.Conntrack;
using Gorb.Model;
using Gorb.Platform;
using Gorb.Targets.Host;
using Gorb.Targets.Ipvs;
using Gorb.Writer;

namespace Gorb.Draining;

internal static class DrainingExtensions
{
    public static IServiceCollection AddDraining(this IServiceCollection services) => services
        .AddSingleton(provider => new OrphanedFlows(provider.Get<SysctlFiles>(), provider.Logger<OrphanedFlows>()))
        .AddSingleton(new ConntrackFactory(ConntrackClient.Create))
        .AddSingleton(provider => new TrackedFlows(provider.Get<ConntrackFactory>(), provider.Logger<TrackedFlows>()))
        .AddSingleton(provider => new Drainer(
            provider.Get<TableWriter>(), provider.Get<ITableWriter>(), provider.Get<KernelReader>(), provider.Get<TrackedFlows>(), provider.Get<OrphanedFlows>(), provider.Get<TimeProvider>(), provider.Get<SteadyClock>(), provider.Logger<Drainer>()))
        .AddHostedService(provider => provider.Get<Drainer>());
}
