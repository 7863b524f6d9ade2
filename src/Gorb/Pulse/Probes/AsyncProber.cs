using System.Diagnostics;

namespace Gorb.Pulse.Probes;

/// <summary>Carries out probes that are written as asynchronous code, each under its timeout.</summary>
internal sealed class AsyncProber(IAsyncProbe probe) : IProber
{
    public void Start(ProbeTarget target, IProbeSink sink, int ticket) => _ = RunAsync(target, sink, ticket);

    private async Task RunAsync(ProbeTarget target, IProbeSink sink, int ticket)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the caller has more to start
        var started = Stopwatch.GetTimestamp();
        sink.Complete(ticket, await FindAsync(target, started).ConfigureAwait(false));
    }

    private async Task<ProbeResult> FindAsync(ProbeTarget target, long started)
    {
        using var limit = new CancellationTokenSource(target.Timeout);
        try
        {
            var seen = await probe.RunAsync(target, limit.Token).ConfigureAwait(false);
            return new ProbeResult(Passed: true, seen, Stopwatch.GetElapsedTime(started));
        }
        catch (Exception error) // every way to fail is a result
        {
            var latency = Stopwatch.GetElapsedTime(started);
            return limit.IsCancellationRequested ? ProbeFailure.TimedOut(target, latency) : ProbeFailure.Explain(error, target, latency);
        }
    }
}
