using Gorb.Health.Epoll;
using Gorb.Health.Monitoring;
using Gorb.Health.Paths;
using Gorb.Health.Probes;
using Gorb.Model;
using Gorb.Platform;
using Gorb.Targets.Host;
using Gorb.Targets.Paths;
using Gorb.Writer;

namespace Gorb.Health;

internal static class PulseExtensions
{
    public static IServiceCollection AddPulse(this IServiceCollection services, bool allowExec) => services
        .AddSingleton(CheckBound.OfThisProcess())
        .AddSingleton(_ => new CheckMetrics())
        .AddSingleton(provider => new SteadyClock(provider.Get<TimeProvider>()))
        .AddSingleton(provider => new TcpProber(provider.Logger<TcpProber>()))
        .AddSingleton(provider => new PathProber(provider.Get<Balancer>(), provider.Get<PathMarks>(), provider.Get<SysctlFiles>()))
        .AddSingleton<IProber>(provider => new Probers(provider.Get<TcpProber>(), provider.Get<PathProber>(), allowExec))
        .AddSingleton(provider => new PulseMonitor(
            provider.Get<Balancer>(),
            provider.Get<IProber>(),
            provider.Get<CheckBound>(),
            provider.Get<CheckMetrics>(),
            provider.Get<EventHub>(),
            provider.Get<SteadyClock>(),
            provider.Logger<PulseMonitor>()))
        .AddHostedService(provider => new PulseService(
            provider.Get<Balancer>(), provider.Get<PulseMonitor>(), provider.Get<IHostApplicationLifetime>(), provider.Get<SteadyClock>(), provider.Logger<PulseService>()));
}
