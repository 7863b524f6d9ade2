using System.Net;
using Gorb.Access;
using Gorb.Api;
using Gorb.Audit;
using Gorb.Cli;
using Gorb.Client;
using Gorb.Cluster;
using Gorb.Connections;
using Gorb.Doctor;
using Gorb.Draining;
using Gorb.Events;
using Gorb.Health;
using Gorb.History;
using Gorb.Leases;
using Gorb.Logging;
using Gorb.Metrics;
using Gorb.Model.Merging;
using Gorb.Neighbors;
using Gorb.Platform;
using Gorb.Recipes;
using Gorb.Sources.Docker;
using Gorb.Sources.Files;
using Gorb.Start;
using Gorb.State;
using Gorb.Targets.Host;
using Gorb.Targets.Host.Addresses;
using Gorb.Targets.Host.Masquerade;
using Gorb.Targets.Host.Sync;
using Gorb.Targets.Ipvs;
using Gorb.Targets.Paths;
using Gorb.Web;
using Gorb.Why;
using Gorb.Writer;
using Serilog;

namespace Gorb;

/// <summary>Builds the daemon and the Docker link.</summary>
internal static class GorbHost
{
    /// <summary>How long open requests may take after SIGTERM; the whole daemon ends within a second.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromMilliseconds(700);

    /// <summary>Builds the daemon.</summary>
    /// <param name="options">The command line's options.</param>
    /// <param name="configure">Configures services and logging last; tests use it to replace the kernel.</param>
    /// <exception cref="EngineException">The environment does not name a usable Docker engine.</exception>
    public static WebApplication Build(DaemonOptions options, Action<WebApplicationBuilder> configure)
    {
        var store = StateExtensions.Begin(options.State); // the slowest part starts first
        // Not the slim builder: it watches every directory below the working directory, possibly the root directory, for settings files that are not used.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        var (listen, metrics) = Listeners(options);
        var url = ListenAddress.Url(listen.FirstOrDefault(static endpoint => endpoint is IPEndPoint and not TlsEndPoint) ?? listen.FirstOrDefault(static endpoint => endpoint is not TlsEndPoint) ?? listen[0]);
        builder.UseServer(listen, metrics);
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true); // "Now listening on" is enough
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ServicesStartConcurrently = true; // the server gets ready while the saved table is read; see StartGate
            host.ShutdownTimeout = ShutdownTimeout;
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new LogLoss());
        builder.Services.AddConnections(options.MaxConnections, options.Limits.AddressConnections, options.PassedSockets, listen);
        builder.Services.AddTls(options.Tls);
        builder.Services.AddWriter(new TableWriterOptions { FlushAtStart = options.Flush, Resync = options.Resync, Limits = options.Limits });
        builder.Services.AddCluster(options.Cluster, options.State == StateExtensions.None ? null : options.State);
        builder.Services.AddSysctls(options.Sysctls, hasPeers: options.Sync.Interface is not null);
        builder.Services.AddIpvs(options.PathMarks);
        builder.Services.AddPaths(options.PathMarks);
        builder.Services.AddLeases(options.Cluster?.Address.Name, options.VipInterface is null ? null : options.Leases, options.Cluster?.Address.Members ?? []);
        builder.Services.AddVips(options.VipInterface);
        builder.Services.AddMasquerade();
        builder.Services.AddSync(options.Sync);
        builder.Services.AddState(store);
        builder.Services.AddCheckLimits(options.AllowCheck, options.DenyCheck, listen, options.AllowExec, options.ExecDirectory).AddPulse();
        builder.Services.AddApi(options.Device, options.PathMarks);
        builder.Services.AddConfig(options.Config, options.Cluster is { Director: var director } ? SourceName.OfFile(director) : SourceName.File);
        builder.Services.AddNeighbors(NeighborOptions.Of(listen.Select(ListenAddress.Format), options.State == StateExtensions.None ? null : options.State));
        builder.Services.AddHostedService(static provider => new ReloadSignal(() => Reload(provider)));
        builder.Services.AddDraining();
        if (options.NotifySocket is { } manager)
        {
            builder.Services.AddHostedService(provider => new ServiceNotifier(manager, provider.Get<IHostApplicationLifetime>(), provider.Logger<ServiceNotifier>()));
        }

        WebApplication? app = null;
        var own = new InternalToken();
        builder.Services.AddAccess(own, listen, new AccessOptions { TokenFile = options.TokenFile, FirstToken = options.FirstToken, Oidc = options.Oidc, HasClientAuthorities = options.Tls?.ClientAuthorities is not null, Insecure = options.Insecure, IsTokenRequired = options.IsTokenRequired });
        builder.Services.AddEvents(options.Limits.Subscribers);
        builder.Services.AddAudit(options.Audit);
        builder.Services.AddDoctor(url, options.Device, options.State == StateExtensions.None ? null : options.State);
        builder.Services.AddWhy();
        builder.Services.AddConnectionReader();
        builder.Services.AddHistory();
        if (options.Docker is { } rules)
        {
            builder.Services.AddDockerLink(new DockerLinkOptions { Gorbs = [url], Device = options.Device, Rules = rules, Token = own.BindTo, Tls = new ClientTls { IsTrusted = certificate => app!.Services.Get<TlsCertificates>().IsOwn(certificate) } });
        }

        configure(builder);

        app = builder.Build();
        Prefetch.WarmUp(app.Services.GetServices<IHostedService>); // the host would create them one by one before it starts them
        app.Services.Get<ConnectionLimit>().TrackRequests(app);
        app.UseRequestIds();
        app.UseSecurityHeaders();
        new HostGuard([.. options.HostNames, Environment.MachineName]).Use(app);
        app.UseRouting();
        app.UseStartGate();
        app.UseApi();
        app.MapConfig();
        app.MapSources();
        app.MapEvents();
        app.MapAudit();
        app.MapRecipes();
        app.MapDoctor();
        app.MapWhy();
        app.MapConnections();
        app.MapHistory();
        app.UseMetrics();
        app.UseDocumentation();
        app.MapPage();
        app.UseEndpoints(static _ => { });
        Prefetch.WarmUp(() => app.Services.Get<EndpointDataSource>().Endpoints); // the first request would create them
        return app;
    }

    /// <summary>Where the API, and where only metrics are served. Passed sockets take the place of the default listeners, and stand beside those that the user names; one that is named as an https listener is that.</summary>
    private static (IReadOnlyList<EndPoint> Api, IReadOnlyList<EndPoint> Metrics) Listeners(DaemonOptions options)
    {
        var passed = options.PassedSockets.ToLookup(static socket => socket.Name == PassedSocket.Metrics, static socket => socket.EndPoint);
        IReadOnlyList<EndPoint> own = options.IsListenGiven ? options.Listen : passed[false].Any() ? [] : DefaultListeners.Choose(options.Listen);
        var plain = passed[false].Where(endpoint => !own.OfType<TlsEndPoint>().Any(tls => endpoint is IPEndPoint same && (same.Address, same.Port).Equals((tls.Address, tls.Port))));
        EndPoint[] api = [.. plain.Concat(own).Distinct()];
        EndPoint[] metrics = [.. passed[true].Concat(options.MetricsListen).Distinct()];
        MetricsListener.Check(api, metrics);
        return (api, metrics);
    }

    private static void Reload(IServiceProvider services)
    {
        services.Get<ConfigFile>().AskForRead();
        services.Get<FileToken>().Reload();
        services.Get<AuditTrail>().Reopen();
        services.GetService<TlsCertificates>()?.AskForRead();
        services.Get<TableWriter>().RequestRepair();
        services.GetService<DockerLinkService>()?.AskForSync();
    }

    /// <summary>Builds the Docker link as a program of its own.</summary>
    /// <exception cref="EngineException">The environment does not name a usable Docker engine.</exception>
    public static IHost BuildLink(DockerLinkOptions options, Action<LoggerConfiguration> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSerilog(configure);
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddDockerLink(options);
        builder.Services.AddHostedService(static provider => new ReloadSignal(provider.Get<DockerLinkService>().AskForSync));
        return builder.Build();
    }
}
