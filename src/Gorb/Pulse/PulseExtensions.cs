using Gorb.Pulse.Monitoring;

namespace Gorb.Pulse;

internal static class PulseExtensions
{
    public static IServiceCollection AddPulse(this IServiceCollection services) => services
        .AddSingleton<CheckMetrics>()
        .AddSingleton<PulseMonitor>()
        .AddHostedService<PulseService>();
}
