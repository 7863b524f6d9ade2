using Gorb.Pulse.Epoll;
using Gorb.Pulse.Monitoring;
using Gorb.Pulse.Probes;

namespace Gorb.Pulse;

internal static class PulseExtensions
{
    public static IServiceCollection AddPulse(this IServiceCollection services) => services
        .AddSingleton(CheckBound.OfThisProcess())
        .AddSingleton<CheckMetrics>()
        .AddSingleton<TcpProber>()
        .AddSingleton<IProber, Probers>()
        .AddSingleton<PulseMonitor>()
        .AddHostedService<PulseService>();
}
