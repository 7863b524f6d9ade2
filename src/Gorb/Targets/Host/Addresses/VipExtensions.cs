using Gorb.Model;
using Gorb.Platform;

namespace Gorb.Targets.Host.Addresses;

internal static class VipExtensions
{
    /// <summary>Adds the addresses of services as a target, and their readers.</summary>
    /// <param name="services">The daemon's services.</param>
    /// <param name="device">The device to which addresses are added; null for none.</param>
    public static IServiceCollection AddVips(this IServiceCollection services, string? device) => services
        .AddSingleton(new VipOptions(device))
        .AddSingleton(static _ => HostNetwork.Open())
        .AddSingleton(static provider => new AddressCounts(provider.Get<TimeProvider>(), isShared: provider.GetService<IVipLeases>() is not null))
        .AddSingleton(static provider => new VipLedger(provider.Get<HostNetwork>().Boot))
        .AddSingleton(static provider => new AnnouncementQueue(provider.Get<HostNetwork>(), provider.Get<TimeProvider>(), provider.Logger<AnnouncementQueue>()))
        .AddSingleton(static provider => new AddressWatch(provider.Get<HostNetwork>(), provider.Get<TimeProvider>(), provider.Logger<AddressWatch>()))
        .AddSingleton(static provider => new VipReader(
            provider.Get<HostNetwork>(), provider.Get<VipOptions>(), provider.Get<VipLedger>(), provider.Get<AddressCounts>(), provider.Get<AnnouncementQueue>(), provider.GetService<IVipLeases>()))
        .AddSingleton<ITarget>(static provider => new VipTarget(
            provider.Get<HostNetwork>(), provider.Get<VipOptions>(), provider.Get<VipLedger>(), provider.Get<AddressCounts>(), provider.Get<AnnouncementQueue>(), provider.Get<AddressWatch>(),
            new WithdrawalNews(provider.Get<AddressCounts>(), provider.Get<EventHub>(), provider.Get<TimeProvider>(), provider.Get<AddressWatch>().RequestComparison, provider.Logger<WithdrawalNews>()),
            provider.GetService<IVipLeases>(), provider.Logger<VipTarget>()));
}
