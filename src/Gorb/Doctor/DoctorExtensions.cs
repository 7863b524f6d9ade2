using System.Net;
using Gorb.Doctor.Facts;
using Gorb.Health.Monitoring;
using Gorb.Model;
using Gorb.Neighbors;
using Gorb.Platform;
using Gorb.Targets.Host.Addresses;
using Gorb.Targets.Host.Sync;
using Gorb.Targets.Ipvs;
using Gorb.Targets.Paths;
using Gorb.Writer;

namespace Gorb.Doctor;

internal static class DoctorExtensions
{
    /// <param name="services">The daemon's services.</param>
    /// <param name="url">The daemon's address for clients on this host.</param>
    /// <param name="device">The device of option -i.</param>
    /// <param name="stateFile">The state file; null for none.</param>
    public static IServiceCollection AddDoctor(this IServiceCollection services, Uri url, string device, string? stateFile) => services
        .AddSingleton(provider => new HostReader(provider.Get<IpvsClientFactory>().Create, stateFile))
        .AddHostedService(static provider => new FirstRunNotice(provider.Get<IpvsClientFactory>(), provider.Get<IHostApplicationLifetime>(), provider.Logger<FirstRunNotice>()))
        .AddSingleton(provider => new DoctorRuns(provider.Get<HostReader>(), () => Read(provider, url, device)));

    private static DaemonFacts Read(IServiceProvider provider, Uri url, string device)
    {
        var tableWriter = provider.Get<TableWriter>();
        var clock = provider.Get<SteadyClock>();
        return new DaemonFacts
        {
            Url = url,
            Table = tableWriter.Current,
            Reports = provider.Get<PulseMonitor>().All(),
            Device = device,
            PathMarks = provider.Get<PathMarks>().Range,
            StoreFailure = tableWriter.StoreFailure,
            Contested = tableWriter.Contested,
            Others = provider.Get<NeighborWatch>().Others,
            Sync = provider.Get<SyncReader>().TryRead(),
            Unreachable = [.. provider.GetService<IVipLeases>()?.Unreachable.Values.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>()],
            NotHere = FindNotHere(provider, tableWriter.Current),
            ClockShift = provider.Get<TimeProvider>().GetUtcNow() - clock.Now,
        };
    }

    /// <summary>Addresses that need not be on this host: withdrawn ones, those of other programs, and those that another director holds.</summary>
    private static HashSet<IPAddress> FindNotHere(IServiceProvider provider, Model.Table table)
    {
        var counts = provider.Get<AddressCounts>();
        var leases = provider.GetService<IVipLeases>();
        var elsewhere = counts.Leased.Where(address => leases?.HolderOf(address) is not null && !leases.IsHere(address));
        return [.. AddressCounts.FindExternal(table), .. provider.Get<VipOptions>().Device is null ? [] : counts.Withdrawn.Keys, .. elsewhere];
    }
}
