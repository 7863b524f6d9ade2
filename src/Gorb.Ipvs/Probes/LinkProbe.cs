using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Interop;

namespace Gorb.Ipvs.Probes;

/// <summary>Asks the hosts on a link, and collects their answers.</summary>
internal static class LinkProbe
{
    /// <summary>Reads one frame; null when it is no answer.</summary>
    public delegate ProbeAnswer? Reader(ReadOnlySpan<byte> frame);

    /// <param name="capture">Receives the answers; it is open before the first question leaves.</param>
    /// <param name="link">The link.</param>
    /// <param name="addresses">The addresses.</param>
    /// <param name="wait">How long answers are collected.</param>
    /// <param name="frameBytes">The bytes of a frame that are read; shorter ones are no answers.</param>
    /// <param name="ask">Builds the question for an address.</param>
    /// <param name="read">Reads an answer.</param>
    public static IReadOnlyList<ProbeAnswer> Ask(
        CaptureSocket capture, NetworkLink link, IReadOnlyCollection<IPAddress> addresses, TimeSpan wait, int frameBytes, Func<IPAddress, PhysicalAddress, byte[]> ask, Reader read)
    {
        using var sender = PacketSocket.Open();
        foreach (var address in addresses)
        {
            sender.Send(link.Index, ask(address, link.HardwareAddress));
        }

        var clock = Stopwatch.StartNew();
        var answers = new HashSet<ProbeAnswer>();
        var frame = new byte[frameBytes];
        while (wait - clock.Elapsed is { TotalMilliseconds: >= 1 } left)
        {
            if (capture.Receive(frame, (int)left.TotalMilliseconds) >= frameBytes && read(frame) is { } answer && addresses.Contains(answer.Address))
            {
                answers.Add(answer);
            }
        }

        return [.. answers];
    }
}
