using Gorb;
using Gorb.Cli;
using Gorb.Ipvs;
using Gorb.Logging;
using Gorb.Platform;
using Gorb.Sources.Docker;
using Gorb.Start;
using Gorb.Targets.Host;
using Gorb.Targets.Ipvs;
using Serilog;
using Serilog.Events;

// For the daemon, read the kernel's table on another processor while the command line is parsed. Unlike options, verbs do not start with a dash.
Func<IReadOnlyList<ServiceSummary>>? snapshot = args is [] or [['-', ..], ..] ? Prefetch.Start(ProcTable.Read) : null;
var parsed = GorbCommand.Create(RunAsync, LinkAsync).Parse(args);
var status = await parsed.InvokeAsync(new() { ProcessTerminationTimeout = null });
return parsed.Errors.Count == 0 ? status : 2; // not 1, the status of "gorb diff" when there are differences

async Task<int> RunAsync(DaemonOptions options, CancellationToken cancellationToken)
{
    try
    {
        KeepThreads();
        await using var app = GorbHost.Build(options, builder =>
        {
            BulkLoadGc.Suspend();
            builder.Services.AddSingleton(new IpvsClientFactory(IpvsClient.Create, snapshot));
            builder.Services.AddSingleton(new SysctlFiles("/proc/sys"));
            builder.Services.AddSerilog((services, log) => Configure(log, options.Log, services.Get<LogLoss>()));
        });
        app.Lifetime.ApplicationStarted.Register(BulkLoadGc.Suspend); // extend it until the start is complete
        await app.RunAsync(cancellationToken);
        return 0;
    }
    catch (Exception error) when (StartFailure.IsEnd(error))
    {
        return 0; // the daemon was told to stop before it had started
    }
    catch (Exception error) when (StartFailure.Explain(error, options.Listen) is { Count: > 0 } reasons)
    {
        await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, reasons.Select(static reason => $"gorb: {reason}")));
        return 1;
    }
}

// With one or two processors the pool has as many threads and takes half a second to add one, so a long document would delay the answers to other requests.
static void KeepThreads()
{
    const int threads = 4;
    ThreadPool.GetMinThreads(out var workers, out var ports);
    ThreadPool.SetMinThreads(Math.Max(workers, threads), ports);
}

static async Task<int> LinkAsync(DockerLinkOptions options, LogOptions logOptions, CancellationToken cancellationToken)
{
    try
    {
        using var link = GorbHost.BuildLink(options, log => Configure(log, logOptions, new LogLoss()));
        await link.RunAsync(cancellationToken);
        return 0;
    }
    catch (EngineException error)
    {
        await Console.Error.WriteLineAsync($"gorb: {error.Message}");
        return 1;
    }
}

static void Configure(LoggerConfiguration log, LogOptions options, LogLoss loss)
{
    log.Filter.ByExcluding(line => line.MessageTemplate.Text == "Hosting failed to start"); // StartFailure gives the reason in the user's terms
    log.MinimumLevel.Is(options.Verbose ? LogEventLevel.Debug : LogEventLevel.Information);
    if (!options.Verbose)
    {
        log.MinimumLevel.Override("Microsoft", LogEventLevel.Warning);
        log.MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information);
        log.MinimumLevel.Override("Microsoft.AspNetCore.Hosting.Diagnostics", LevelAlias.Off); // when enabled, every request gets an activity for the log, but nothing is logged
    }

    log.WriteTo.Sink(new LogQueue(options.Json ? new JsonFormatter() : new LineFormatter(), Console.OpenStandardOutput, loss));
}
