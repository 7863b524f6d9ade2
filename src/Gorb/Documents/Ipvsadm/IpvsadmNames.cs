using System.Net;
using System.Net.Sockets;

namespace Gorb.Documents.Ipvsadm;

/// <summary>What names of hosts and ports stand for. ipvsadm takes the first IPv4 address of a host.</summary>
/// <param name="Host">The address of a host, or null.</param>
/// <param name="Port">The port of a service, by its name and protocol, or null.</param>
internal sealed record IpvsadmNames(Func<string, IPAddress?> Host, Func<string, string, ushort?> Port)
{
    private const string Services = "/etc/services";

    /// <summary>The names that this machine knows.</summary>
    public static IpvsadmNames OfSystem()
    {
        var ports = new Lazy<IReadOnlyDictionary<(string, string), ushort>>(() => ReadPorts(File.Exists(Services) ? File.ReadLines(Services) : []));
        return new IpvsadmNames(Resolve, (name, protocol) => ports.Value.TryGetValue((name, protocol), out var port) ? port : null);
    }

    /// <summary>Reads lines of services(5): <c>http 80/tcp www # WorldWideWeb</c>. Of a name that is there twice, the first counts.</summary>
    public static IReadOnlyDictionary<(string Name, string Protocol), ushort> ReadPorts(IEnumerable<string> lines)
    {
        var ports = new Dictionary<(string, string), ushort>();
        foreach (var line in lines)
        {
            var words = line.Split('#')[0].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1 && words[1].Split('/') is [var number, var protocol] && ushort.TryParse(number, out var port))
            {
                foreach (var name in (string[])[words[0], .. words[2..]])
                {
                    ports.TryAdd((name, protocol), port);
                }
            }
        }

        return ports;
    }

    private static IPAddress? Resolve(string name)
    {
        try
        {
            return Dns.GetHostAddresses(name, AddressFamily.InterNetwork).FirstOrDefault();
        }
        catch (Exception error) when (error is SocketException or ArgumentException) // there is no such name, or none can be like that
        {
            return null;
        }
    }
}
