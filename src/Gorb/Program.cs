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

// A daemon looks at the kernel's table first of all, on another processor: its command line is still read then. Verbs do not begin with a dash.
Func<IReadOnlyList<ServiceSummary>>? snapshot = args is [] or [['-', ..], ..] ? Prefetch.Begin(ProcTable.Read) : null;
var parsed = GorbCommand.Create(RunAsync, LinkAsync).Parse(args);
var status = await parsed.InvokeAsync(new() { ProcessTerminationTimeout = null });
return parsed.Errors.Count == 0 ? status : 2; // not 1, by which "gorb diff" says that something differs

async Task<int> RunAsync(DaemonOptions options, CancellationToken cancellationToken)
{
    try
    {
        KeepThreads();
        await using var app = GorbHost.Build(options, builder =>
        {
            BulkLoadGc.Wait();
            builder.Services.AddSingleton(new IpvsClientFactory(IpvsClient.Create, snapshot));
            builder.Services.AddSingleton(new SysctlFiles("/proc/sys"));
            builder.Services.AddSerilog((services, log) => Configure(log, options.Log, services.Get<LogLoss>()));
        });
        app.Lifetime.ApplicationStarted.Register(BulkLoadGc.Wait); // a little longer
        await app.RunAsync(cancellationToken);
        return 0;
    }
    catch (Exception error) when (StartFailure.IsEnd(error))
    {
        return 0; // told to end before it had started
    }
    catch (Exception error) when (StartFailure.Explain(error, options.Listen) is { Count: > 0 } reasons)
    {
        await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, reasons.Select(static reason => $"gorb: {reason}")));
        return 1;
    }
}

// With one or two processors the pool has as many threads and takes half a second to add another: a long document would hold up the answers of others.
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
    log.Filter.ByExcluding(line => line.MessageTemplate.Text == "Hosting failed to start"); // StartFailure says why, in a user's words
    log.MinimumLevel.Is(options.Verbose ? LogEventLevel.Debug : LogEventLevel.Information);
    if (!options.Verbose)
    {
        log.MinimumLevel.Override("Microsoft", LogEventLevel.Warning);
        log.MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information);
        log.MinimumLevel.Override("Microsoft.AspNetCore.Hosting.Diagnostics", LevelAlias.Off); // with it on, every request gets an activity to be logged with, and nothing is
    }

    log.WriteTo.Sink(new LogQueue(options.Json ? new JsonFormatter() : new LineFormatter(), Console.OpenStandardOutput, loss));
}
