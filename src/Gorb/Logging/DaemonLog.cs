using Serilog;
using Serilog.Events;

namespace Gorb.Logging;

/// <summary>What is logged, in which format, and where to.</summary>
internal static class DaemonLog
{
    /// <param name="log">The configuration to fill.</param>
    /// <param name="verbose">Logs debug messages, and those of the server.</param>
    /// <param name="json">One JSON object per line.</param>
    /// <param name="loss">Counts what the queue cannot take.</param>
    /// <param name="open">Opens the output; null for standard output.</param>
    public static void Configure(LoggerConfiguration log, bool verbose, bool json, LogLoss loss, Func<Stream>? open = null)
    {
        log.Filter.ByExcluding(line => line.MessageTemplate.Text == "Hosting failed to start"); // StartFailure gives the reason in the user's terms
        log.MinimumLevel.Is(verbose ? LogEventLevel.Debug : LogEventLevel.Information);
        if (!verbose)
        {
            log.MinimumLevel.Override("Microsoft", LogEventLevel.Warning);
            log.MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information);
            log.MinimumLevel.Override("Microsoft.AspNetCore.Hosting.Diagnostics", LevelAlias.Off); // when enabled, every request gets an activity for the log, but nothing is logged
        }

        log.Destructure.AsScalar<DeferredText>();
        log.WriteTo.Sink(new LogQueue(json ? new JsonFormatter() : new LineFormatter(), open ?? Console.OpenStandardOutput, loss));
    }
}
