using System.Net;
using Gorb.Health.Epoll;
using Gorb.Health.Monitoring;
using Gorb.Health.Paths;
using Gorb.Health.Probes;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Platform;
using Gorb.Targets.Host;
using Gorb.Targets.Paths;
using Gorb.Writer;

namespace Gorb.Health;

internal static class PulseExtensions
{
    /// <param name="services">The service collection.</param>
    /// <param name="allowed">The only networks to which checks may go; none for all.</param>
    /// <param name="denied">Networks to which checks may not go.</param>
    /// <param name="listen">Where the API listens.</param>
    /// <param name="allowExec">Whether checks may run programs.</param>
    /// <param name="execDirectory">The folder below which programs of checks must be, which allows them; null for no such limit.</param>
    /// <exception cref="SettingException">The folder cannot be used.</exception>
    public static IServiceCollection AddCheckLimits(
        this IServiceCollection services, IReadOnlyList<IPNetwork> allowed, IReadOnlyList<IPNetwork> denied, IEnumerable<EndPoint> listen, bool allowExec, string? execDirectory) => services
        .AddSingleton(new CheckLimits(
            new CheckNetworks(allowed, denied, listen.OfType<IPEndPoint>().Select(static endpoint => endpoint.Port)),
            execDirectory is not null ? new ExecDirectory(execDirectory).Fault : allowExec ? static _ => null : null));

    public static IServiceCollection AddPulse(this IServiceCollection services) => services
        .AddSingleton(CheckBound.OfThisProcess())
        .AddSingleton(_ => new CheckMetrics())
        .AddSingleton(provider => new SteadyClock(provider.Get<TimeProvider>()))
        .AddSingleton(provider => new TcpProber(new HostLookup(provider.Get<CheckLimits>().Networks), provider.Logger<TcpProber>()))
        .AddSingleton(provider => new PathProber(provider.Get<TableWriter>(), provider.Get<PathMarks>(), provider.Get<SysctlFiles>()))
        .AddSingleton<IProber>(provider => new Probers(provider.Get<TcpProber>(), provider.Get<PathProber>(), provider.Get<CheckLimits>()))
        .AddSingleton(provider => new PulseMonitor(
            provider.Get<TableWriter>(),
            provider.Get<IProber>(),
            provider.Get<CheckBound>(),
            provider.Get<CheckMetrics>(),
            provider.Get<EventHub>(),
            provider.Get<SteadyClock>(),
            provider.Logger<PulseMonitor>()))
        .AddHostedService(provider => new PulseService(
            provider.Get<TableWriter>(), provider.Get<PulseMonitor>(), provider.Get<IHostApplicationLifetime>(), provider.Get<SteadyClock>(), provider.Logger<PulseService>()));
}
