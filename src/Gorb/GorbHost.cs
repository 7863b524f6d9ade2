using System.Net;
using Gorb.Api;
using Gorb.Cli;
using Gorb.Draining;
using Gorb.Events;
using Gorb.Health;
using Gorb.Logging;
using Gorb.Metrics;
using Gorb.Neighbors;
using Gorb.Platform;
using Gorb.Sources.Docker;
using Gorb.Sources.Files;
using Gorb.Start;
using Gorb.State;
using Gorb.Targets.Host;
using Gorb.Web;
using Gorb.Writer;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Serilog;

namespace Gorb;

/// <summary>Puts the daemon together.</summary>
internal static class GorbHost
{
    /// <summary>How long open requests may take to finish after SIGTERM; the whole daemon is gone within a second.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromMilliseconds(700);

    /// <summary>Builds the daemon.</summary>
    /// <param name="options">The command line's options.</param>
    /// <param name="configure">Last word on services and logging; tests put a scripted kernel here.</param>
    /// <exception cref="EngineException">The environment names no Docker engine that can be used.</exception>
    public static WebApplication Build(DaemonOptions options, Action<WebApplicationBuilder> configure)
    {
        var store = StateExtensions.Begin(options.State); // what takes longest begins first
        // Not the slim builder: it watches every directory below the working directory, which may be the root, for settings files that nobody reads.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            SetLimits(kestrel.Limits);
            kestrel.ConfigureEndpointDefaults(listen =>
            {
                kestrel.ApplicationServices.Get<ConnectionLimit>().Watch(listen);
                RejectedRequests.UseErrorBodies(listen);
            });
            Listen(kestrel, options.Listen);
        });
        // A request goes from the socket to its handler on the thread that found it, and its answer back on the thread that has it. Handlers do not block,
        // and what must wait (the writer, a client that reads slowly) is waited for without a thread.
        builder.Services.Configure<SocketTransportOptions>(sockets =>
        {
            sockets.UnsafePreferInlineScheduling = true;
            sockets.WaitForDataBeforeAllocatingBuffer = false; // an idle connection keeps 4 KB, and each request takes a system call and a wait less
        });
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true); // "Now listening on" says enough
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ServicesStartConcurrently = true; // the server gets ready while the saved table is read; see StartGate
            host.ShutdownTimeout = ShutdownTimeout;
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new LogLoss());
        builder.Services.AddConnections(options.MaxConnections);
        builder.Services.AddBalancing(new BalancerOptions { FlushAtStart = options.Flush, Resync = options.Resync });
        builder.Services.AddSysctls(options.Sysctls);
        builder.Services.AddState(store);
        builder.Services.AddPulse(options.AllowExec);
        builder.Services.AddApi(options.Device, options.AllowExec);
        builder.Services.AddConfig(options.Config);
        builder.Services.AddNeighbors(NeighborOptions.Of(options.Listen, options.State == StateExtensions.None ? null : options.State));
        builder.Services.AddHostedService(static provider => new ReloadSignal(() => Reload(provider)));
        builder.Services.AddDraining();
        builder.Services.AddEvents();
        if (options.Docker)
        {
            builder.Services.AddDockerLink(new DockerLinkOptions { Gorbs = [ListenAddress.Url(options.Listen)], Device = options.Device });
        }

        configure(builder);

        var app = builder.Build();
        Prefetch.Do(app.Services.GetServices<IHostedService>); // otherwise the host makes them one by one, and only then starts them
        app.Services.Get<ConnectionLimit>().WatchRequests(app);
        app.UseSecurityHeaders();
        new HostGuard(options.HostNames).Use(app);
        app.UseRouting();
        app.UseStartGate();
        app.UseApi();
        app.MapConfig();
        app.MapEvents();
        app.UseMetrics();
        app.UseDocumentation();
        app.UseEndpoints(static _ => { });
        Prefetch.Do(() => app.Services.Get<EndpointDataSource>().Endpoints); // otherwise the first request makes them
        return app;
    }

    private static void Reload(IServiceProvider services)
    {
        services.Get<ConfigFile>().AskForRead();
        services.Get<Balancer>().RequestRepair();
        services.GetService<DockerLinkService>()?.AskForSync();
    }

    /// <summary>A client that sends or takes next to nothing, on purpose or because it is gone, does not keep its connection.</summary>
    private static void SetLimits(KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = JsonRequestBody.MaxBytes;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));
    }

    /// <summary>Every address is every IPv4 address on a kernel that has no IPv6.</summary>
    private static void Listen(KestrelServerOptions kestrel, IPEndPoint endpoint)
    {
        if (endpoint.Address.Equals(IPAddress.IPv6Any))
        {
            kestrel.ListenAnyIP(endpoint.Port);
        }
        else
        {
            kestrel.Listen(endpoint);
        }
    }

    /// <summary>Builds the Docker link as a program of its own.</summary>
    /// <exception cref="EngineException">The environment names no Docker engine that can be used.</exception>
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
