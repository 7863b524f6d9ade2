using Gorb.Documents;
using Gorb.Model;
using Gorb.Platform;
using Gorb.Writer;

namespace Gorb.Sources.Files;

internal static class ConfigExtensions
{
    /// <param name="services">The service collection.</param>
    /// <param name="path">The configuration file, or null.</param>
    /// <param name="source">The source that it is.</param>
    public static IServiceCollection AddConfig(this IServiceCollection services, string? path, string source) => services
        .AddSingleton(provider => new ConfigReader(provider.Get<ServiceReader>(), provider.Get<BackendReader>(), provider.Get<SteadyClock>()))
        .AddSingleton(provider => new SourceLog(provider.Get<SteadyClock>()))
        .AddSingleton(new ConfigPath(path, source))
        .AddSingleton(provider => new ConfigFile(
            provider.Get<ConfigPath>(), provider.Get<ConfigReader>(), provider.Get<ITableWriter>(), provider.Get<SourceLog>(), provider.Get<TimeProvider>(), provider.Logger<ConfigFile>()))
        .AddHostedService(provider => provider.Get<ConfigFile>());
}
