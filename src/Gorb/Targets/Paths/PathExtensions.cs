using Gorb.Model.Checks;
using Gorb.Platform;
using Gorb.Targets.Ipvs;

namespace Gorb.Targets.Paths;

internal static class PathExtensions
{
    /// <summary>Adds the paths of checks as a target, and their marks.</summary>
    public static IServiceCollection AddPaths(this IServiceCollection services, MarkRange range) => services
        .AddSingleton(new PathMarks(range))
        .AddSingleton<ITarget>(provider => new PathTarget(provider.Get<IpvsClientFactory>(), provider.Get<PathMarks>()));
}
