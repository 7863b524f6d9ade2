using Gorb.Health.Probes;
using Gorb.Model.Checks;

namespace Gorb.Health.Epoll;

/// <summary>One TCP check on its way.</summary>
/// <param name="target">What is probed.</param>
/// <param name="sink">Who wants to know.</param>
/// <param name="ticket">The number to say it under.</param>
/// <param name="started">Stopwatch time of the start.</param>
internal sealed class Attempt(ProbeTarget target, IProbeSink sink, int ticket, long started)
{
    public ProbeTarget Target => target;

    public long Started => started;

    /// <summary>The socket, or -1 when it is closed.</summary>
    public int Descriptor { get; set; } = -1;

    public void Complete(ProbeResult result) => sink.Complete(ticket, result);
}
