using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Gorb.Leases;

/// <summary>A datagram between two directors: the question for a promise, the answer to it, or the release from all promises. It counts for one run of each director's daemon, so that an earlier one says nothing.</summary>
/// <param name="IsAnswer">True for an answer.</param>
/// <param name="From">The director that sends it.</param>
/// <param name="FromRun">The run of its daemon.</param>
/// <param name="To">The director that it is for.</param>
/// <param name="ToRun">The run of its daemon.</param>
/// <param name="Number">Each question of a run has a higher one; an answer has that of its question.</param>
/// <param name="Promise">For how long is asked, or promised. Zero in a question releases the other one from what it has promised.</param>
/// <param name="Addresses">The addresses that the asking director holds, or those that are promised.</param>
/// <param name="Lost">In an answer: the addresses that another director has.</param>
/// <param name="Reason">In an answer: why not all are promised; empty when they are.</param>
internal sealed record PeerMessage(
    bool IsAnswer, string From, string FromRun, string To, string ToRun, long Number, TimeSpan Promise, IReadOnlyList<IPAddress> Addresses, IReadOnlyList<IPAddress> Lost, string Reason)
{
    /// <summary>How many addresses one question has, so that a datagram is not split on its way.</summary>
    public const int MaxAddresses = 16;

    /// <summary>The size of the largest datagram.</summary>
    public const int MaxBytes = 2048;

    private const string Format = "gorb-peer 1", Question = "ask", Answer = "answer";
    private const int Lines = 12, MaxReason = 200;

    /// <summary>Writes a datagram, signed with the secret of the cluster.</summary>
    public byte[] Write(string cluster, string secret)
    {
        var reason = Reason.ReplaceLineEndings(" ");
        var text = Encoding.UTF8.GetBytes(string.Join('\n',
            Format, IsAnswer ? Answer : Question, cluster, From, FromRun, To, ToRun, Number.ToString(CultureInfo.InvariantCulture),
            ((long)Promise.TotalMilliseconds).ToString(CultureInfo.InvariantCulture), Join(Addresses), Join(Lost), reason.Length > MaxReason ? reason[..MaxReason] : reason));
        return [.. Sign(text, secret), .. text];
    }

    /// <summary>Reads a datagram.</summary>
    /// <returns>Null when it is not of this cluster, is not signed with its secret, or cannot be read.</returns>
    public static PeerMessage? TryRead(ReadOnlySpan<byte> datagram, string cluster, string secret)
    {
        if (datagram.Length <= HMACSHA256.HashSizeInBytes || !CryptographicOperations.FixedTimeEquals(datagram[..HMACSHA256.HashSizeInBytes], Sign(datagram[HMACSHA256.HashSizeInBytes..], secret)))
        {
            return null;
        }

        var lines = Encoding.UTF8.GetString(datagram[HMACSHA256.HashSizeInBytes..]).Split('\n');
        return lines.Length >= Lines && lines[0] == Format && lines[1] is Question or Answer && lines[2] == cluster
            && long.TryParse(lines[7], CultureInfo.InvariantCulture, out var number) && long.TryParse(lines[8], CultureInfo.InvariantCulture, out var promise)
            && promise is >= 0 and <= LeaseOptions.MaxTtl * 1000 && TryParse(lines[9]) is { } addresses && TryParse(lines[10]) is { } lost
            ? new PeerMessage(lines[1] == Answer, lines[3], lines[4], lines[5], lines[6], number, TimeSpan.FromMilliseconds(promise), addresses, lost, lines[11])
            : null;
    }

    private static byte[] Sign(ReadOnlySpan<byte> text, string secret) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), text);

    private static string Join(IReadOnlyList<IPAddress> addresses) => string.Join(' ', addresses);

    private static List<IPAddress>? TryParse(string text)
    {
        var addresses = new List<IPAddress>();
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!IPAddress.TryParse(part, out var address))
            {
                return null;
            }

            addresses.Add(address);
        }

        return addresses;
    }
}
