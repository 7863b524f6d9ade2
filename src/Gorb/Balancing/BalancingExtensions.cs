using Gorb.Ipvs;

namespace Gorb.Balancing;

internal static class BalancingExtensions
{
    public static IServiceCollection AddBalancing(this IServiceCollection services, BalancerOptions options) => services
        .AddSingleton(options)
        .AddSingleton<Journal>()
        .AddSingleton(new IpvsClientFactory(IpvsClient.Create))
        .AddSingleton<KernelReader>()
        .AddSingleton<Balancer>()
        .AddHostedService(provider => provider.GetRequiredService<Balancer>());
}
