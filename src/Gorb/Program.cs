using Gorb;
using Gorb.Cli;
using Gorb.Ipvs;
using Gorb.Logging;
using Gorb.Platform;
using Gorb.Sources.Docker;
using Gorb.Start;
using Gorb.State;
using Gorb.Targets.Host;
using Gorb.Targets.Ipvs;
using Serilog;

// For the daemon, read the kernel's table on another processor while the command line is parsed.
Func<IReadOnlyList<ServiceSummary>>? snapshot = GorbCommand.IsDaemon(args) ? Prefetch.Start(ProcTable.Read) : null;
return await GorbCommand.RunAsync(GorbCommand.Parse(args, RunAsync, LinkAsync));

async Task<int> RunAsync(DaemonOptions options, CancellationToken cancellationToken)
{
    try
    {
        DaemonUser.Become(options.User, options.State == StateExtensions.None ? null : options.State);
        options = options with { PassedSockets = PassedSockets.Take(), NotifySocket = ServiceNotifier.TakeAddress() };
        WorkerThreads.EnsureMinimum();
        await using var app = GorbHost.Build(options, builder =>
        {
            BulkLoadGc.Suspend(StateExtensions.Length(options.State));
            builder.Services.AddSingleton(new IpvsClientFactory(IpvsClient.Create, snapshot));
            builder.Services.AddSingleton(new SysctlFiles("/proc/sys"));
            builder.Services.AddSerilog((services, log) => DaemonLog.Configure(log, options.Log.Verbose, options.Log.Json, services.Get<LogLoss>()));
        });
        app.Lifetime.ApplicationStarted.Register(BulkLoadGc.ReleaseSoon);
        app.Lifetime.ApplicationStarted.Register(IdleMemory.Watch);
        await app.RunAsync(cancellationToken);
        return 0;
    }
    catch (Exception error) when (StartFailure.IsEnd(error))
    {
        return 0; // the daemon was told to stop before it had started
    }
    catch (Exception error) when (StartFailure.Explain(error) is { Count: > 0 } reasons)
    {
        await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, reasons.Select(static reason => $"gorb: {reason}")));
        return 1;
    }
}

static async Task<int> LinkAsync(DockerLinkOptions options, LogOptions logOptions, CancellationToken cancellationToken)
{
    try
    {
        using var link = GorbHost.BuildLink(options, log => DaemonLog.Configure(log, logOptions.Verbose, logOptions.Json, new LogLoss()));
        await link.RunAsync(cancellationToken);
        return 0;
    }
    catch (EngineException error)
    {
        await Console.Error.WriteLineAsync($"gorb: {error.Message}");
        return 1;
    }
}
