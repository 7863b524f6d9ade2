using Gorb.Platform;

namespace Gorb.Neighbors;

internal static class NeighborsExtensions
{
    public static void AddNeighbors(this IServiceCollection services, NeighborOptions options) => services
        .AddSingleton(options)
        .AddSingleton(provider => new NeighborWatch(provider.Get<NeighborOptions>(), provider.Get<TimeProvider>(), provider.Logger<NeighborWatch>()))
        .AddHostedService(provider => provider.Get<NeighborWatch>());
}
