using Gorb.Ipvs.Nftables;
using Gorb.Platform;
using Gorb.Targets.Ipvs;

namespace Gorb.Targets.Host.Masquerade;

internal static class MasqueradeExtensions
{
    /// <summary>The folder that the kernel shows when nf_tables is loaded as a module.</summary>
    private const string LoadedModule = "/sys/module/nf_tables";

    /// <summary>Adds the rules for masquerade as a target. The caller must add the kernel's IPVS table and <see cref="SysctlFiles"/>.</summary>
    public static IServiceCollection AddMasquerade(this IServiceCollection services) => services
        .AddSingleton(new MasqueradeTables(MasqueradeTable.Create, static () => Directory.Exists(LoadedModule)))
        .AddSingleton<ITarget>(provider => new MasqueradeTarget(
            provider.Get<MasqueradeTables>(),
            provider.Get<IpvsClientFactory>(),
            new TrackingSetting(provider.Get<SysctlFiles>()),
            HostNetworks.Read,
            provider.Logger<MasqueradeTarget>()));
}
