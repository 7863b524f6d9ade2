namespace Gorb.Config;

internal static class ConfigExtensions
{
    public static IServiceCollection AddConfig(this IServiceCollection services) => services.AddSingleton<ConfigReader>();
}
