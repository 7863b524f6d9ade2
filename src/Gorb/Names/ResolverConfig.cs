using System.Globalization;
using System.Net;

namespace Gorb.Names;

/// <summary>The settings in /etc/resolv.conf (resolv.conf(5)).</summary>
internal sealed record ResolverConfig
{
    private const int MaxServers = 3;

    /// <summary>The port of name servers.</summary>
    public const int DefaultPort = 53;

    /// <summary>The name servers in order; the loopback address when the file has none, as in glibc.</summary>
    public IReadOnlyList<IPEndPoint> Servers { get; private init; } = [];

    /// <summary>The domains to append to short names.</summary>
    public IReadOnlyList<string> Search { get; private init; } = [];

    /// <summary>A name with at least this many dots is tried without a search domain first.</summary>
    public int Ndots { get; private init; } = 1;

    /// <summary>The time limit of one query to one name server.</summary>
    public TimeSpan Timeout { get; private init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many times each name server is queried.</summary>
    public int Attempts { get; private init; } = 2;

    /// <summary>True to start with another name server each time.</summary>
    public bool Rotate { get; private init; }

    public static ResolverConfig Parse(string text, int port = DefaultPort)
    {
        var config = new ResolverConfig();
        var servers = new List<IPEndPoint>();
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["nameserver", var server, ..] when servers.Count < MaxServers && IPAddress.TryParse(server, out var address):
                    servers.Add(new IPEndPoint(address, port));
                    break;
                case ["search" or "domain", ..]: // the last one counts
                    config = config with { Search = [.. words[1..].Select(domain => domain.Trim('.')).Where(domain => domain.Length > 0)] };
                    break;
                case ["options", ..]:
                    config = words[1..].Aggregate(config, (current, option) => current.With(option));
                    break;
            }
        }

        return config with { Servers = servers.Count > 0 ? servers : [new IPEndPoint(IPAddress.Loopback, port)] };
    }

    /// <summary>The full names to query, in order. A name with a trailing dot is full already.</summary>
    public IEnumerable<string> Candidates(string name)
    {
        if (name.EndsWith('.'))
        {
            return [name];
        }

        var full = $"{name}.";
        var searched = Search.Select(domain => $"{name}.{domain}.");
        return name.Count(character => character == '.') >= Ndots ? [full, .. searched] : [.. searched, full];
    }

    private ResolverConfig With(string option) => option.Split(':') switch
    {
        ["ndots", var text] when Number(text, 15) is { } number => this with { Ndots = number },
        ["timeout", var text] when Number(text, 30) is > 0 and var number => this with { Timeout = TimeSpan.FromSeconds(number) },
        ["attempts", var text] when Number(text, 5) is > 0 and var number => this with { Attempts = number },
        ["rotate"] => this with { Rotate = true },
        _ => this,
    };

    /// <summary>Parses a number and limits it, as resolv.conf(5) defines.</summary>
    private static int? Number(string text, int limit) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Min(number, limit) : null;
}
