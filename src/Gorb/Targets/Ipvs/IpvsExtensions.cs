using Gorb.Ipvs;
using Gorb.Model.Checks;
using Gorb.Platform;
using Gorb.Targets.Host;

namespace Gorb.Targets.Ipvs;

internal static class IpvsExtensions
{
    /// <summary>Adds the kernel's IPVS table as a target, and its readers.</summary>
    public static IServiceCollection AddIpvs(this IServiceCollection services, MarkRange pathMarks) => services
        .AddSingleton(new IpvsClientFactory(IpvsClient.Create))
        .AddSingleton(new KeptCounters())
        .AddSingleton(provider => new KernelReader(provider.Get<IpvsClientFactory>(), pathMarks))
        .AddSingleton<ITarget>(provider => new IpvsTarget(
            provider.Get<IpvsClientFactory>(), provider.Get<Sysctls>(), provider.Get<KeptCounters>(), provider.Logger<IpvsTarget>()));
}
