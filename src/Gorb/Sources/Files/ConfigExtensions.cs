using Gorb.Documents;
using Gorb.Model;
using Gorb.Platform;
using Gorb.Writer;

namespace Gorb.Sources.Files;

internal static class ConfigExtensions
{
    /// <param name="services">The service collection.</param>
    /// <param name="path">The configuration file, or null.</param>
    public static IServiceCollection AddConfig(this IServiceCollection services, string? path) => services
        .AddSingleton(provider => new ConfigReader(provider.Get<ServiceReader>(), provider.Get<BackendReader>(), provider.Get<SteadyClock>()))
        .AddSingleton(provider => new SourceLog(provider.Get<SteadyClock>()))
        .AddSingleton(new ConfigPath(path))
        .AddSingleton(provider => new ConfigFile(
            provider.Get<ConfigPath>(), provider.Get<ConfigReader>(), provider.Get<ITableWriter>(), provider.Get<SourceLog>(), provider.Get<TimeProvider>(), provider.Logger<ConfigFile>()))
        .AddHostedService(provider => provider.Get<ConfigFile>());
}
