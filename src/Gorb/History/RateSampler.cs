using Gorb.Model;
using Gorb.Writer;

namespace Gorb.History;

/// <summary>Ends an interval of the rates every <see cref="RateBook.Interval"/>.</summary>
internal sealed partial class RateSampler(RateBook book, TableWriter tableWriter, TimeProvider time, ILogger<RateSampler> logger) : BackgroundService
{
    private readonly ILogger _logger = logger;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RateBook.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                EndInterval();
            }
        }
        catch (OperationCanceledException)
        {
            return; // the daemon is stopping; rates are not saved
        }
    }

    private void EndInterval()
    {
        try
        {
            book.EndInterval(tableWriter.Current);
        }
        catch (RequestException error)
        {
            LogUnread(error.Message); // the writer and /readyz say what to do about the kernel
        }
    }

    [LoggerMessage(3900, LogLevel.Debug, "The rates of the last interval are unknown: {Reason}")]
    private partial void LogUnread(string reason);
}
