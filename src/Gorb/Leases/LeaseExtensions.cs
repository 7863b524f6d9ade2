using Gorb.Etcd;
using Gorb.Platform;
using Gorb.Targets.Host;
using Gorb.Targets.Host.Addresses;
using Gorb.Targets.Ipvs;
using Gorb.Writer;

namespace Gorb.Leases;

internal static class LeaseExtensions
{
    /// <summary>Brings the addresses of services to one director of a cluster at a time. Must come after the cluster and before the addresses.</summary>
    /// <param name="services">The daemon's services.</param>
    /// <param name="cluster">The name of the cluster; null for none.</param>
    /// <param name="options">How this director holds addresses; null without a cluster or without a device for addresses.</param>
    /// <param name="members">The members of etcd.</param>
    public static IServiceCollection AddLeases(this IServiceCollection services, string? cluster, LeaseOptions? options, IReadOnlyList<Uri> members) => cluster is null || options is null ? services : services
        .AddSingleton(new LeaseKeys(cluster))
        .AddSingleton(static provider => new HandoverGuard(provider.Get<IpvsClientFactory>(), () => provider.Get<TableWriter>().Current, provider.Get<SysctlFiles>(), provider.Get<Sysctls>().Mode is SysctlMode.Default or SysctlMode.Apply, provider.Get<EtcdClient>().Clock, provider.Logger<HandoverGuard>()))
        .AddSingleton<IAddressHost>(static provider => new AddressHost(provider.Get<HostNetwork>(), provider.Get<VipOptions>(), provider.Get<AnnouncementQueue>(), provider.Get<HandoverGuard>()))
        .AddSingleton(provider => new AddressLeases(
            provider.Get<EtcdClient>(), provider.Get<LeaseKeys>(), options, provider.Get<IAddressHost>(), options.Peer is { } peer ? new UdpPeerLink(peer, members, provider.Logger<UdpPeerLink>()) : null, provider.Logger<AddressLeases>()))
        .AddSingleton<IVipLeases>(static provider => provider.Get<AddressLeases>())
        .AddHostedService(static provider => new LeaseService(provider.Get<AddressLeases>(), provider.Get<HandoverGuard>(), provider.Get<TableWriter>()));
}
