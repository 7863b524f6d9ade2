using System.Net;
using System.Net.Sockets;

namespace Gorb.Pulse.Probes;

/// <summary>Finds the address to probe.</summary>
internal static class HostLookup
{
    /// <summary>The target's address, or the first one that its name resolves to now.</summary>
    /// <exception cref="SocketException">The name does not resolve.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public static async ValueTask<IPAddress> FindAsync(ProbeTarget target, CancellationToken token) => target.Address
        ?? (await Dns.GetHostAddressesAsync(target.Host, token).ConfigureAwait(false)).FirstOrDefault()
        ?? throw new SocketException((int)SocketError.NoData);
}
