namespace Gorb.Platform;

/// <summary>
/// What the daemon's services are made with. They are made by factories: the container would look for constructors by reflection, which for the
/// services of a start takes longer than everything that they do.
/// </summary>
internal static class ServiceProviderExtensions
{
    public static T Get<T>(this IServiceProvider services) where T : notnull => services.GetRequiredService<T>();

    /// <summary>The same logger that the container makes of its open generic type, which native AOT has to close at run time.</summary>
    public static ILogger<T> Logger<T>(this IServiceProvider services) => new Logger<T>(services.Get<ILoggerFactory>());
}
