using Gorb.Platform;

namespace Gorb.Targets.Host;

internal static class SysctlExtensions
{
    /// <summary>Adds the kernel's settings as a target. The caller must add <see cref="SysctlFiles"/>.</summary>
    /// <param name="services">The daemon's services.</param>
    /// <param name="mode">What to do about settings.</param>
    /// <param name="hasPeers">Whether this host shares its connections with other directors.</param>
    public static IServiceCollection AddSysctls(this IServiceCollection services, SysctlMode mode, bool hasPeers) => services
        .AddSingleton(provider => new Sysctls(provider.Get<SysctlFiles>(), mode, provider.Logger<Sysctls>()))
        .AddSingleton(new SysctlRestorer())
        .AddSingleton(provider => new HostFactsReader(provider.Logger<HostFactsReader>()))
        .AddSingleton<ITarget>(provider => new SysctlTarget(provider.Get<Sysctls>(), provider.Get<SysctlRestorer>(), provider.Get<HostFactsReader>().Read, hasPeers));
}
