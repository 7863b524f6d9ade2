using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Interop;

namespace Gorb.Ipvs.Probes;

/// <summary>Asks the hosts on a link, and collects their answers.</summary>
internal static class LinkProbe
{
    /// <summary>How often it asks: a frame can be lost (RFC 5227, 2.1.1, asks three times).</summary>
    private const int Questions = 3;

    /// <summary>How much longer than asked for frames are read that have come in already, on a link where they never end.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

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
        var answers = new HashSet<ProbeAnswer>();
        var frame = new byte[frameBytes];
        for (var question = 0; question < Questions; question++)
        {
            foreach (var address in addresses)
            {
                sender.Send(link.Index, ask(address, link.HardwareAddress));
            }

            Collect(wait / Questions);
        }

        return [.. answers];

        // The thread may have been away for all of the time: what has come in by then is read all the same.
        void Collect(TimeSpan time)
        {
            var clock = Stopwatch.StartNew();
            int length, left;
            do
            {
                left = Math.Max((int)(time - clock.Elapsed).TotalMilliseconds, 0);
                length = capture.Receive(frame, left);
                if (length >= frameBytes && read(frame) is { } answer && addresses.Contains(answer.Address))
                {
                    answers.Add(answer);
                }
            }
            while (left > 0 || (length > 0 && clock.Elapsed < time + Longest));
        }
    }
}
