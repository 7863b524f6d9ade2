using Gorb.Health.Monitoring;
using Gorb.Platform;
using Gorb.Targets.Ipvs;

namespace Gorb.Why;

internal static class WhyExtensions
{
    /// <summary>Adds what answers <c>gorb why</c>.</summary>
    public static IServiceCollection AddWhy(this IServiceCollection services) =>
        services.AddSingleton(provider => new WhyReader(provider.Get<KernelReader>(), provider.Get<PulseMonitor>()));
}
