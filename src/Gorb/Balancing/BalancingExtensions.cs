using Gorb.Events;
using Gorb.Ipvs;

namespace Gorb.Balancing;

internal static class BalancingExtensions
{
    /// <summary>Adds the writer. What the kernel prints of its table is read from now on, while the rest of the daemon is put together.</summary>
    public static IServiceCollection AddBalancing(this IServiceCollection services, BalancerOptions options) => services
        .AddSingleton(options)
        .AddSingleton(provider => new Journal(provider.Get<IStateStore>()))
        .AddSingleton(new IpvsClientFactory(IpvsClient.Create, Ahead.Begin(ProcTable.Read)))
        .AddSingleton(provider => new KernelReader(provider.Get<IpvsClientFactory>()))
        .AddSingleton(provider => new Balancer(
            provider.Get<IpvsClientFactory>(),
            provider.Get<BalancerOptions>(),
            provider.Get<Journal>(),
            provider.Get<EventHub>(),
            provider.Get<TimeProvider>(),
            provider.Logger<Balancer>()))
        .AddHostedService(provider => provider.Get<Balancer>());
}
