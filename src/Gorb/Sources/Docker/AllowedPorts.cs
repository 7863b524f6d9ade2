using System.Globalization;

namespace Gorb.Sources.Docker;

/// <summary>The ports at which containers may have services (--allow-port).</summary>
/// <param name="Free">Whether every port is allowed that nothing on the host listens on.</param>
/// <param name="Ranges">Ports that are allowed whatever listens on them.</param>
internal sealed record AllowedPorts(bool Free, IReadOnlyList<(ushort First, ushort Last)> Ranges)
{
    /// <summary>The word for every port that nothing on the host listens on.</summary>
    public const string FreeWord = "free";

    public static AllowedPorts Default { get; } = new(true, []);

    /// <summary>Whether the port is allowed whatever listens on it.</summary>
    public bool Lists(int port) => Ranges.Any(range => port >= range.First && port <= range.Last);

    /// <summary>Reads "80,443,8000-8999" or "free,80"; null when it is none of that.</summary>
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
