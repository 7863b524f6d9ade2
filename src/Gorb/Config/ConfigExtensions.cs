namespace Gorb.Config;

internal static class ConfigExtensions
{
    /// <param name="services">Where to.</param>
    /// <param name="path">The file that is the wanted table, or null.</param>
    public static IServiceCollection AddConfig(this IServiceCollection services, string? path) => services
        .AddSingleton<ConfigReader>()
        .AddSingleton(new ConfigPath(path))
        .AddSingleton<ConfigFile>()
        .AddHostedService(provider => provider.GetRequiredService<ConfigFile>());
}
