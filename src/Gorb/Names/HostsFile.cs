using System.Net;

namespace Gorb.Names;

/// <summary>The content of /etc/hosts (hosts(5)).</summary>
internal sealed class HostsFile
{
    private readonly Dictionary<string, List<IPAddress>> _addresses = new(StringComparer.OrdinalIgnoreCase);

    public static HostsFile Parse(string text)
    {
        var file = new HostsFile();
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split('#', 2)[0].Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1 && IPAddress.TryParse(words[0], out var address))
            {
                file.Add(words.AsSpan(1), address);
            }
        }

        return file;
    }

    /// <summary>The addresses of a name; empty when it is not in the file. "localhost" is always known (RFC 6761, 6.3).</summary>
    public IReadOnlyList<IPAddress> Find(string name)
    {
        var plain = name.TrimEnd('.');
        return _addresses.TryGetValue(plain, out var addresses) ? addresses
            : plain.Equals("localhost", StringComparison.OrdinalIgnoreCase) || plain.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) ? [IPAddress.Loopback]
            : [];
    }

    private void Add(ReadOnlySpan<string> names, IPAddress address)
    {
        foreach (var name in names)
        {
            if (!_addresses.TryGetValue(name, out var addresses))
            {
                _addresses.Add(name, addresses = []);
            }

            addresses.Add(address);
        }
    }
}
