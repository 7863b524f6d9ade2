using System.Net.NetworkInformation;

namespace Gorb.Pulse.Probes;

/// <summary>An ICMP echo is answered.</summary>
internal sealed class PingProbe : IAsyncProbe
{
    private static readonly byte[] Payload = "gorb"u8.ToArray();

    public async Task<string> RunAsync(ProbeTarget target, CancellationToken token)
    {
        var address = await HostLookup.FindAsync(target, token).ConfigureAwait(false);
        using var ping = new Ping();
        var reply = await ping.SendPingAsync(address, target.Timeout, Payload, cancellationToken: token).ConfigureAwait(false);
        return reply.Status switch
        {
            IPStatus.Success => "answered",
            IPStatus.TimedOut => throw new OperationCanceledException(),
            IPStatus.DestinationHostUnreachable => throw new ProbeFailureException("no route to host"),
            var status => throw new ProbeFailureException(status.ToString()),
        };
    }
}
