using System.Globalization;

namespace Gorb.Health.Probes;

/// <summary>Finds from the header lines how the body of a response ends (RFC 9112, 6.3).</summary>
internal sealed class HttpBodyLength
{
    public bool IsChunked { get; private set; }

    /// <summary>The length of the body; without one, everything up to the end of the connection.</summary>
    public long Bytes { get; private set; } = long.MaxValue;

    public void Clear() => (IsChunked, Bytes) = (false, long.MaxValue);

    public void ReadHeader(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return; // not a header line
        }

        var value = line[(colon + 1)..].Trim();
        if (line.AsSpan(0, colon).Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
        {
            IsChunked = value.Split(',')[^1].Trim().Equals("chunked", StringComparison.OrdinalIgnoreCase);
        }
        else if (line.AsSpan(0, colon).Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
            && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes))
        {
            Bytes = bytes;
        }
    }
}
