using System.Net;
using System.Net.Sockets;
using Gorb.Model.Checks;

namespace Gorb.Health.Probes;

/// <summary>Passes when a datagram gets the expected answer. If no answer is expected, silence passes too, but an ICMP error does not.</summary>
internal sealed class UdpProbe : IAsyncProbe
{
    private const int MaxBytes = 65_535;

    /// <summary>Waits long enough for silence to count: the kernel needs some seconds to find that a host is gone.</summary>
    public TimeSpan Limit(ProbeTarget target) =>
        ((UdpArgs)target.Args).Expect.Count == 0 && target.Timeout < ErrorReports.MaxDelay ? ErrorReports.MaxDelay : target.Timeout;

    public async Task<string> RunAsync(ProbeTarget target, CancellationToken token)
    {
        var args = (UdpArgs)target.Args;
        using var socket = new Socket(target.Address!.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        ErrorReports.Enable(socket);
        try
        {
            MarkedSockets.Apply(socket, target.Origin);
            await socket.ConnectAsync(new IPEndPoint(target.Address, target.Port), token).ConfigureAwait(false);
            await socket.SendAsync(args.Payload.Memory, token).ConfigureAwait(false);
            return await ReceiveAsync(socket, args, token).ConfigureAwait(false);
        }
        catch (ReportedErrorException error) when (error.Error == SocketError.ConnectionRefused)
        {
            throw new ProbeFailureException("port unreachable");
        }
        catch (OperationCanceledException) when (args.Expect.Count == 0)
        {
            return "no answer, and none was expected";
        }
    }

    private static async Task<string> ReceiveAsync(Socket socket, UdpArgs args, CancellationToken token)
    {
        var reply = new byte[MaxBytes];
        var count = await ErrorReports.ReceiveAsync(socket, reply, token).ConfigureAwait(false);
        return reply.AsSpan(0, count).IndexOf(args.Expect.Span) >= 0
            ? "answered"
            : throw new ProbeFailureException($"answered {count} bytes without the expected ones");
    }
}
