using System.Globalization;

namespace Gorb.Sources.Docker;

/// <summary>The ports that containers may use for their services (--allow-port).</summary>
/// <param name="Free">Whether every port without a listener on the host is allowed.</param>
/// <param name="Ranges">The ports that are allowed even if a program listens on them.</param>
internal sealed record AllowedPorts(bool Free, IReadOnlyList<(ushort First, ushort Last)> Ranges)
{
    /// <summary>The keyword for every port without a listener on the host.</summary>
    public const string FreeWord = "free";

    public static AllowedPorts Default { get; } = new(true, []);

    /// <summary>Whether the port is allowed even if a program listens on it.</summary>
    public bool Lists(int port) => Ranges.Any(range => port >= range.First && port <= range.Last);

    /// <summary>Parses "80,443,8000-8999" or "free,80". Returns null for malformed text.</summary>
    public static AllowedPorts? Parse(string text)
    {
        var ranges = new List<(ushort, ushort)>();
        var free = false;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-');
            if (part == FreeWord)
            {
                free = true;
            }
            else if (ends.Length <= 2 && ReadPort(ends[0]) is { } first && ReadPort(ends[^1]) is { } last && first <= last)
            {
                ranges.Add((first, last));
            }
            else
            {
                return null;
            }
        }

        return new AllowedPorts(free, ranges);
    }

    private static ushort? ReadPort(string text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? port : null;
}
