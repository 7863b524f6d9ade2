using System.Net;
using Gorb.Health.Probes;
using Gorb.Model.Checks;

namespace Gorb.Tests.Health.Probes;

/// <summary>Runs one probe to its end.</summary>
internal static class Probe
{
    public static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(100);

    public static ProbeTarget Target(PulseArgs args, int port, TimeSpan? timeout = null, string host = "127.0.0.1", string? address = "127.0.0.1") =>
        new(args, host, address is null ? null : IPAddress.Parse(address), port, timeout ?? LongEnough) { IsBackendLocal = true };

    public static Task<ProbeResult> RunAsync(IAsyncProbe probe, ProbeTarget target) => RunAsync(new AsyncProber(probe, new HostLookup(CheckNetworks.Default)), target);

    public static Task<ProbeResult> RunAsync(IProber prober, ProbeTarget target)
    {
        var sink = new Sink();
        prober.Start(target, sink, Sink.Ticket);
        return sink.Result.Task.WaitAsync(LongEnough, TestContext.Current.CancellationToken);
    }

    private sealed class Sink : IProbeSink
    {
        public const int Ticket = 7;

        public TaskCompletionSource<ProbeResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Complete(int ticket, ProbeResult result)
        {
            ticket.Should().Be(Ticket);
            Result.SetResult(result); // throws if called twice
        }
    }
}
