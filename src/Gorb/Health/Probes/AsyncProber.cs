using System.Diagnostics;
using Gorb.Model.Checks;

namespace Gorb.Health.Probes;

/// <summary>Runs asynchronous probes, each under its timeout.</summary>
/// <param name="probe">The probe.</param>
/// <param name="lookup">Finds the address of the target, and refuses one to which checks may not go.</param>
internal sealed class AsyncProber(IAsyncProbe probe, HostLookup lookup) : IProber
{
    public void Start(ProbeTarget target, IProbeSink sink, int ticket) => _ = RunAsync(target, sink, ticket);

    private async Task RunAsync(ProbeTarget target, IProbeSink sink, int ticket)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // return to the caller, which has more probes to start
        sink.Complete(ticket, await ResolveAndProbeAsync(target).ConfigureAwait(false));
    }

    private async Task<ProbeResult> ResolveAndProbeAsync(ProbeTarget target)
    {
        try
        {
            return await ProbeAsync(probe.NeedsAddress ? await lookup.ResolveAsync(target).ConfigureAwait(false) : target).ConfigureAwait(false);
        }
        catch (Exception error) // every failure is a result
        {
            return ProbeFailure.Explain(error, TimeSpan.Zero);
        }
    }

    private async Task<ProbeResult> ProbeAsync(ProbeTarget target)
    {
        var started = Stopwatch.GetTimestamp();
        using var limit = new CancellationTokenSource(probe.Limit(target));
        try
        {
            var seen = await probe.RunAsync(target, limit.Token).ConfigureAwait(false);
            return new ProbeResult(Passed: true, seen, Stopwatch.GetElapsedTime(started));
        }
        catch (Exception error) // every failure is a result
        {
            var latency = Stopwatch.GetElapsedTime(started);
            return limit.IsCancellationRequested && error is not (ProbeFailureException or LocalFaultException)
                ? ProbeFailure.TimedOut(target, latency)
                : ProbeFailure.Explain(error, latency);
        }
    }
}
