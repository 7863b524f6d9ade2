using Gorb.Platform;

namespace Gorb.Targets.Host;

internal static class SysctlExtensions
{
    /// <summary>Adds <see cref="Sysctls"/>. The caller must add <see cref="SysctlFiles"/>.</summary>
    public static IServiceCollection AddSysctls(this IServiceCollection services, SysctlMode mode) =>
        services.AddSingleton(provider => new Sysctls(provider.Get<SysctlFiles>(), mode, provider.Logger<Sysctls>()));
}
