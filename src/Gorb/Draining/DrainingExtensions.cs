namespace Gorb.Draining;

internal static class DrainingExtensions
{
    public static IServiceCollection AddDraining(this IServiceCollection services) => services
        .AddSingleton<OrphanedFlows>()
        .AddSingleton<Drainer>()
        .AddHostedService(provider => provider.GetRequiredService<Drainer>());
}
