using System.Net;
using System.Net.Sockets;

namespace Gorb.Pulse.Probes;

/// <summary>A datagram is answered as expected; where no answer is expected, silence will do, but not an ICMP error.</summary>
internal sealed class UdpProbe : IAsyncProbe
{
    private const int MostBytes = 65_535;

    public async Task<string> RunAsync(ProbeTarget target, CancellationToken token)
    {
        var args = (UdpArgs)target.Args;
        var address = await HostLookup.FindAsync(target, token).ConfigureAwait(false);
        using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(new IPEndPoint(address, target.Port), token).ConfigureAwait(false);
        try
        {
            await socket.SendAsync(args.Payload.Memory, token).ConfigureAwait(false);
            return await HearAsync(socket, args, token).ConfigureAwait(false);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
        {
            throw new ProbeFailureException("port unreachable");
        }
        catch (OperationCanceledException) when (args.Expect.Count == 0)
        {
            return "no answer, and none was expected";
        }
    }

    private static async Task<string> HearAsync(Socket socket, UdpArgs args, CancellationToken token)
    {
        var reply = new byte[MostBytes];
        var count = await socket.ReceiveAsync(reply, token).ConfigureAwait(false);
        return reply.AsSpan(0, count).IndexOf(args.Expect.Span) >= 0
            ? "answered"
            : throw new ProbeFailureException($"answered {count} bytes without the expected ones");
    }
}
