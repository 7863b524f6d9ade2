using Gorb.Ipvs.Conntrack;

namespace Gorb.Draining;

internal static class DrainingExtensions
{
    public static IServiceCollection AddDraining(this IServiceCollection services) => services
        .AddSingleton<OrphanedFlows>()
        .AddSingleton(new ConntrackFactory(ConntrackClient.Create))
        .AddSingleton<TrackedFlows>()
        .AddSingleton<Drainer>()
        .AddHostedService(provider => provider.GetRequiredService<Drainer>());
}
