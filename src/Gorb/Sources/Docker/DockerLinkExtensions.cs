using Gorb.Platform;

namespace Gorb.Sources.Docker;

internal static class DockerLinkExtensions
{
    /// <exception cref="EngineException">The environment names no usable engine.</exception>
    public static IServiceCollection AddDockerLink(this IServiceCollection services, DockerLinkOptions options) => services
        .AddSingleton(options)
        .AddSingleton<IEngine>(new DockerEngine())
        .AddSingleton(new WantedReader(() => HostAddress.Read(options.Device), options.ExposedByDefault, options.Network, options.Rules))
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<DirectRouting>(provider, options.PrepareDirectRouting))
        .AddSingleton<DockerLinkService>()
        .AddHostedService(provider => provider.Get<DockerLinkService>());
}
