using System.Collections.Concurrent;
using Gorb.Health.Probes;
using Gorb.Model.Checks;

namespace Gorb.Tests.Health;

/// <summary>Probes with results chosen by the test: every host is up unless the test names it.</summary>
internal sealed class FakeProber : IProber
{
    private const string OurFault = "out of files";

    private readonly ConcurrentDictionary<string, string> _down = [];
    private readonly ConcurrentDictionary<string, bool> _silent = [];
    private readonly ConcurrentQueue<(IProbeSink Sink, int Ticket)> _unended = [];

    /// <summary>Every probed target, in order.</summary>
    public ConcurrentQueue<ProbeTarget> Started { get; } = [];

    public void Fail(string host, string reason = "connection refused") => _down[host] = reason;

    public void Pass(string host) => _down.TryRemove(host, out _);

    /// <summary>Keeps all further probes of the host pending.</summary>
    public void Silence(string host) => _silent[host] = true;

    /// <summary>Completes the oldest pending probe as timed out.</summary>
    public void EndOne()
    {
        if (_unended.TryDequeue(out var probe))
        {
            probe.Sink.Complete(probe.Ticket, new ProbeResult(Passed: false, "timed out after 1s", TimeSpan.FromSeconds(1)));
        }
    }

    /// <summary>Fails all further probes of the host with a fault of this machine.</summary>
    public void Cripple(string host) => _down[host] = OurFault;

    public int Count(string host) => Started.Count(target => target.Host == host);

    public void Start(ProbeTarget target, IProbeSink sink, int ticket)
    {
        Started.Enqueue(target);
        if (_silent.ContainsKey(target.Host))
        {
            _unended.Enqueue((sink, ticket));
            return;
        }

        var isDown = _down.TryGetValue(target.Host, out var reason);
        sink.Complete(ticket, new ProbeResult(!isDown, reason ?? "connected", TimeSpan.FromMilliseconds(1)) { IsLocalFault = reason == OurFault });
    }
}
