using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Gorb.Text;

namespace Gorb.Config;

/// <summary>Turns what <c>ipvsadm -Sn</c> prints into a document. Services and backends get names after what they are.</summary>
internal static class IpvsadmReader
{
    /// <exception cref="FormatException">A line is not one of ipvsadm's; the message names it.</exception>
    public static JsonObject Read(IEnumerable<string> lines)
    {
        var services = new JsonObject();
        foreach (var (number, line) in lines.Index())
        {
            var words = new Queue<string>(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            try
            {
                Read(words, services);
            }
            catch (Exception error) when (error is FormatException or OverflowException or InvalidOperationException)
            {
                throw new FormatException($"line {number + 1}: {error.Message}: {line}", error);
            }
        }

        return new JsonObject { ["services"] = services };
    }

    private static void Read(Queue<string> words, JsonObject services)
    {
        if (!words.TryDequeue(out var verb))
        {
            return;
        }

        var (name, service) = ReadService(words);
        switch (verb)
        {
            case "-A" or "--add-service":
                ReadOptions(words, service);
                service["backends"] = new JsonObject();
                Add(services, name, service);
                break;
            case "-a" or "--add-server" when services[name] is JsonObject owner:
                AddBackend(words, owner["backends"]!.AsObject());
                break;
            case "-a" or "--add-server":
                throw new FormatException("there is no such service above");
            default:
                throw new FormatException($"'{verb}' is not -A or -a");
        }
    }

    private static (string Name, JsonObject Service) ReadService(Queue<string> words)
    {
        var kind = Next(words);
        var value = Next(words);
        if (kind is "-f" or "--fwmark-service")
        {
            var isV6 = words.TryPeek(out var next) && next is "-6" or "--ipv6";
            if (isV6)
            {
                words.Dequeue();
            }

            var mark = new JsonObject { ["fwmark"] = Number(value) };
            if (isV6)
            {
                mark["family"] = "ipv6";
            }

            return ($"fwmark{(isV6 ? "6" : "")}-{value}", mark);
        }

        var protocol = kind switch
        {
            "-t" or "--tcp-service" => "tcp",
            "-u" or "--udp-service" => "udp",
            "--sctp-service" => "sctp",
            _ => throw new FormatException($"'{kind}' is not a kind of service"),
        };
        var endpoint = Endpoint(value);
        return (Name($"{protocol}-", endpoint), new JsonObject { ["host"] = endpoint.Address.ToString(), ["port"] = endpoint.Port, ["protocol"] = protocol });
    }

    private static void ReadOptions(Queue<string> words, JsonObject service)
    {
        while (words.TryDequeue(out var word))
        {
            switch (word)
            {
                case "-s" or "--scheduler":
                    service["method"] = Next(words);
                    break;
                case "-p" or "--persistent":
                    Persistence(service)["timeout"] = words.TryPeek(out var next) && !next.StartsWith('-') ? Number(Next(words)) : 300;
                    break;
                case "-M" or "--netmask":
                    Persistence(service)["netmask"] = Next(words);
                    break;
                case "--pe":
                    Persistence(service)["engine"] = Next(words);
                    break;
                case "-o" or "--ops":
                    service["ops"] = true;
                    break;
                case "-b" or "--sched-flags":
                    service["flags"] = Next(words).Replace(',', '|');
                    break;
                default:
                    throw new FormatException($"'{word}' is not an option of a service that Gorb knows");
            }
        }
    }

    private static void AddBackend(Queue<string> words, JsonObject backends)
    {
        var backend = new JsonObject();
        var name = "";
        while (words.TryDequeue(out var word))
        {
            switch (word)
            {
                case "-r" or "--real-server":
                    var endpoint = Endpoint(Next(words));
                    (backend["host"], backend["port"], name) = (endpoint.Address.ToString(), endpoint.Port, Name("", endpoint));
                    break;
                case "-m" or "--masquerading":
                    backend["method"] = "nat";
                    break;
                case "-g" or "--gatewaying":
                    backend["method"] = "dr";
                    break;
                case "-i" or "--ipip":
                    backend["method"] = "tunnel";
                    break;
                case "-w" or "--weight":
                    backend["weight"] = Number(Next(words));
                    break;
                case "-x" or "--u-threshold":
                    backend["upper_threshold"] = Number(Next(words));
                    break;
                case "-y" or "--l-threshold":
                    backend["lower_threshold"] = Number(Next(words));
                    break;
                default:
                    ReadTunnel(word, words, backend);
                    break;
            }
        }

        Add(backends, name.Length > 0 ? name : throw new FormatException("-r is missing"), backend);
    }

    private static void Add(JsonObject entries, string name, JsonObject entry)
    {
        if (!entries.TryAdd(name, entry))
        {
            throw new FormatException("this is there already, in a line above");
        }
    }

    private static void ReadTunnel(string word, Queue<string> words, JsonObject backend)
    {
        var tunnel = backend["tunnel"]?.AsObject() ?? [];
        switch (word)
        {
            case "--tun-type":
                tunnel["type"] = Next(words);
                break;
            case "--tun-port":
                tunnel["port"] = Number(Next(words));
                break;
            case "--tun-nocsum":
                tunnel["checksum"] = "none";
                break;
            case "--tun-csum":
                tunnel["checksum"] = "full";
                break;
            case "--tun-remcsum":
                tunnel["checksum"] = "remote";
                break;
            default:
                throw new FormatException($"'{word}' is not an option of a server that Gorb knows");
        }

        backend["tunnel"] = tunnel;
    }

    private static JsonObject Persistence(JsonObject service)
    {
        var found = service["persistence"]?.AsObject() ?? [];
        service["persistence"] = found;
        return found;
    }

    private static string Name(string prefix, IPEndPoint endpoint) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{endpoint.Address}-{endpoint.Port}");

    private static string Next(Queue<string> words) => words.TryDequeue(out var word) ? word : throw new FormatException("it ends too early");

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static IPEndPoint Endpoint(string text) =>
        AddressText.TryParseEndpoint(text, out var address, out var port) ? new IPEndPoint(address, port ?? 0) : throw new FormatException($"'{text}' is not an address and port (print it with ipvsadm -Sn)");
}
