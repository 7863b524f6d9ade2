using Gorb.Platform;
using Gorb.Targets.Host.Addresses;
using Gorb.Targets.Ipvs;

namespace Gorb.Targets.Host.Sync;

internal static class SyncExtensions
{
    /// <summary>Adds the kernel's sync daemons as a target, and their readers. The caller must add the kernel's IPVS table and the addresses of services.</summary>
    public static IServiceCollection AddSync(this IServiceCollection services, SyncOptions options) => services
        .AddSingleton(options)
        .AddSingleton(static provider => new SyncLedger(provider.Get<HostNetwork>().Boot))
        .AddSingleton(static provider => new SyncReader(provider.Get<IpvsClientFactory>(), provider.Get<HostNetwork>(), provider.Get<SyncOptions>(), provider.Get<SyncLedger>()))
        .AddSingleton<ITarget>(static provider => new SyncTarget(
            provider.Get<IpvsClientFactory>(), provider.Get<HostNetwork>(), provider.Get<AddressWatch>(), provider.Get<SyncOptions>(), provider.Get<SyncLedger>(), provider.Logger<SyncTarget>()));
}
