using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Gorb.DockerLink;

internal static class DockerLinkExtensions
{
    /// <exception cref="EngineException">The environment names no engine that can be used.</exception>
    public static IServiceCollection AddDockerLink(this IServiceCollection services, DockerLinkOptions options) => services
        .AddSingleton(options)
        .AddSingleton<IEngine>(new DockerEngine())
        .AddSingleton(new WantedReader(Addresses(options.Device), options.ExposedByDefault, options.Network))
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<DirectRouting>(provider, options.PrepareDirectRouting))
        .AddHostedService<DockerLinkService>();

    /// <summary>The first address of each family of a device; none when there is no such device.</summary>
    private static ContainerAddress Addresses(string device)
    {
        var addresses = NetworkInterface.GetAllNetworkInterfaces()
            .Where(found => found.Name == device)
            .SelectMany(found => found.GetIPProperties().UnicastAddresses)
            .Select(entry => entry.Address)
            .Where(address => !address.IsIPv6LinkLocal)
            .ToList();
        return new ContainerAddress(First(addresses, AddressFamily.InterNetwork), First(addresses, AddressFamily.InterNetworkV6));
    }

    private static IPAddress? First(IEnumerable<IPAddress> addresses, AddressFamily family) => addresses.FirstOrDefault(address => address.AddressFamily == family);
}
