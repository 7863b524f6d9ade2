using Gorb.Platform;

namespace Gorb.Targets.Host;

internal static class SysctlExtensions
{
    /// <summary>Adds what Gorb does to its host; <see cref="SysctlFiles"/> are for the caller to add.</summary>
    public static IServiceCollection AddSysctls(this IServiceCollection services, SysctlMode mode) =>
        services.AddSingleton(provider => new Sysctls(provider.Get<SysctlFiles>(), mode, provider.Logger<Sysctls>()));
}
