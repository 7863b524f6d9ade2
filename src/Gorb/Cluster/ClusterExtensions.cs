using System.Net.Security;
using System.Security.Authentication;
using Gorb.Certificates;
using Gorb.Client;
using Gorb.Etcd;
using Gorb.Ipvs.Processes;
using Gorb.Model;
using Gorb.Platform;
using Gorb.Writer;

namespace Gorb.Cluster;

internal static class ClusterExtensions
{
    /// <summary>Makes the daemon a director of a cluster. Must come after the writer is added.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="options">The cluster; null for none, which costs nothing.</param>
    /// <param name="state">The state file; null without one.</param>
    /// <exception cref="SettingException">A file of the options cannot be used.</exception>
    public static IServiceCollection AddCluster(this IServiceCollection services, ClusterOptions? options, string? state)
    {
        if (options is null)
        {
            return services;
        }

        var etcd = Etcd(options);
        var keys = new ClusterKeys(options.Address.Name);
        return services
            .AddSingleton(_ => new EtcdClient(etcd, new BootClock()))
            .AddSingleton(provider => new SharedFollower(provider.Get<EtcdClient>(), keys))
            .AddSingleton(provider => new SharedApplier(provider.Get<SharedFollower>(), provider.Get<TableWriter>()))
            .AddSingleton(provider => new SharedWriter(provider.Get<EtcdClient>(), keys, options.Director, provider.Get<SharedApplier>(), provider.Get<TableWriterOptions>().Limits))
            .AddSingleton(provider => new ClusterMemory(state, options.Address.Name, provider.Get<TimeProvider>()))
            .AddSingleton(provider => new IdleDrains(provider.Get<TimeProvider>()))
            .AddSingleton(provider => new DirectorRegistry(
                provider.Get<EtcdClient>(), keys, options.Director, provider.Get<SharedApplier>(), provider.Get<TableWriter>(), provider.Get<IdleDrains>(), provider.Get<TimeProvider>()))
            .AddSingleton(provider => new ClusterState(options, provider.Get<SharedFollower>(), provider.Get<SharedApplier>(), provider.Get<DirectorRegistry>(), provider.Get<TimeProvider>()))
            .AddSingleton(provider => new ClusterTableWriter(provider.Get<TableWriter>(), provider.Get<SharedWriter>(), provider.Get<SharedApplier>(), provider.Get<ClusterState>(), provider.Get<IdleDrains>(), provider.Get<DirectorRegistry>(), provider.Get<IAuditTrail>()))
            .AddSingleton<ITableWriter>(provider => provider.Get<ClusterTableWriter>())
            .AddHostedService(provider => new ClusterService(
                provider.Get<ClusterState>(), provider.Get<ClusterMemory>(), provider.Get<SharedFollower>(), provider.Get<SharedWriter>(), provider.Get<SharedApplier>(), provider.Get<TableWriter>(),
                provider.Get<ClusterTableWriter>(), provider.Get<DirectorRegistry>(), provider.Logger<ClusterService>()));
    }

    /// <exception cref="SettingException">A file cannot be used.</exception>
    private static EtcdOptions Etcd(ClusterOptions options) => new(options.Address.Members)
    {
        Tls = options.Address.Members[0].Scheme == Uri.UriSchemeHttps ? Tls(options) : null,
        Login = options is { User: { } user, PasswordFile: { } file } ? new EtcdLogin(user, () => ReadPassword(file)) : null,
    };

    private static Func<Uri, SslClientAuthenticationOptions> Tls(ClusterOptions options)
    {
        var tls = new ClientTls
        {
            Authorities = options.Authorities is null ? null : PemFile.ReadCertificates(options.Authorities),
            Certificate = options.Certificate is null ? null : CertificatePair.Read(options.Certificate, options.Key ?? options.Certificate),
            Remedy = "--cluster-ca FILE names it",
        };
        return member => tls.Options(member.IdnHost, static reason => throw new AuthenticationException($"its {reason}"));
    }

    private static string ReadPassword(string file)
    {
        try
        {
            return SecretFile.Read(file);
        }
        catch (SettingException error)
        {
            throw new EtcdException(EtcdFailure.Forbidden, error.Message, error);
        }
    }
}
