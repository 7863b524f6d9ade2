using System.Net;
using System.Net.Sockets;

namespace Gorb.Documents.Ipvsadm;

/// <summary>Resolves names of hosts and ports. ipvsadm uses the first IPv4 address of a host.</summary>
/// <param name="Host">Returns the address of a host, or null.</param>
/// <param name="Port">Returns the port of a service by name and protocol, or null.</param>
internal sealed record IpvsadmNames(Func<string, IPAddress?> Host, Func<string, string, ushort?> Port)
{
    private const string Services = "/etc/services";

    /// <summary>Resolves names with this machine's resolver and services file.</summary>
    public static IpvsadmNames OfSystem()
    {
        var ports = new Lazy<IReadOnlyDictionary<(string, string), ushort>>(() => ReadPorts(File.Exists(Services) ? File.ReadLines(Services) : []));
        return new IpvsadmNames(Resolve, (name, protocol) => ports.Value.TryGetValue((name, protocol), out var port) ? port : null);
    }

    /// <summary>Reads lines of services(5): <c>http 80/tcp www # WorldWideWeb</c>. Of duplicate names, the first counts.</summary>
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
        catch (Exception error) when (error is SocketException or ArgumentException) // the name does not exist or is malformed
        {
            return null;
        }
    }
}
