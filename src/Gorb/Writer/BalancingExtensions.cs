using Gorb.Model;
using Gorb.Neighbors;
using Gorb.Platform;
using Gorb.Targets;

namespace Gorb.Writer;

internal static class BalancingExtensions
{
    /// <summary>Adds the writer, which writes to every registered <see cref="ITarget"/>.</summary>
    public static IServiceCollection AddBalancing(this IServiceCollection services, BalancerOptions options) => services
        .AddSingleton(options)
        .AddSingleton<IReadOnlyList<ITarget>>(provider => [.. provider.GetServices<ITarget>().OrderBy(static target => target.Rank)])
        .AddSingleton(provider => new Journal(provider.Get<IStateStore>(), provider.Get<IReadOnlyList<ITarget>>()))
        .AddSingleton(provider => new Balancer(
            provider.Get<IReadOnlyList<ITarget>>(),
            provider.Get<BalancerOptions>(),
            provider.Get<Journal>(),
            provider.Get<EventHub>(),
            provider.Get<NeighborWatch>(),
            provider.Get<TimeProvider>(),
            provider.Logger<Balancer>()))
        .AddHostedService(provider => provider.Get<Balancer>());
}
