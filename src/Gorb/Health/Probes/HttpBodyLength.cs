using System.Globalization;

namespace Gorb.Health.Probes;

/// <summary>How a body ends (RFC 9112, 6.3), found from the header lines of an answer.</summary>
internal sealed class HttpBodyLength
{
    public bool IsChunked { get; private set; }

    /// <summary>How many bytes there are; without a length, all that come.</summary>
    public long Bytes { get; private set; } = long.MaxValue;

    public void Clear() => (IsChunked, Bytes) = (false, long.MaxValue);

    public void TakeHeader(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return; // says nothing
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
