namespace Gorb.Platform;

/// <summary>
/// Shortcuts for the factories that create the daemon's services. Factories are used because the container would find constructors by reflection, which at the
/// start takes longer than all work of the services.
/// </summary>
internal static class ServiceProviderExtensions
{
    public static T Get<T>(this IServiceProvider services) where T : notnull => services.GetRequiredService<T>();

    /// <summary>Creates the same logger as the container, without the open generic type that native AOT would have to close at run time.</summary>
    public static ILogger<T> Logger<T>(this IServiceProvider services) => new Logger<T>(services.Get<ILoggerFactory>());
}
