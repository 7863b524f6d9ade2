using System.Globalization;

namespace Gorb.KernelTests.Cli;

/// <summary>
/// Random lines that <c>ipvsadm -R</c> accepts: any table, in any notation. Excluded is what Gorb documents as unsupported: netmasks with holes, --pe
/// without -p, servers of port 0 in a service that has a port, persistence of more than 24 days, addresses that no host can have, sh with weights that do
/// not fit into its buckets, and dh with weight 0.
/// </summary>
internal sealed class RandomRules(int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<string> _lines = [];

    /// <summary>Creates the lines of some services, each with its own address.</summary>
    public static IReadOnlyList<string> Make(int seed, int services)
    {
        var rules = new RandomRules(seed);
        for (var i = 0; i < services; i++)
        {
            rules.AddService(i);
        }

        return rules._lines;
    }

    private void AddService(int number)
    {
        var v6 = Chance(4);
        var (service, protocol, port) = Service(number, v6, out var address, out var isMark);
        var scheduler = Pick("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "dh", "sed", "nq", "fo", "ovf", "mh", null);
        var settings = Settings(scheduler, v6, isMark, protocol, port);
        if (Chance(8))
        {
            AddLine(Long("-A", "--add-service"), Shuffled(service, [Option('s', "scheduler", "rr"), .. port == 0 && !isMark ? [Option('p', "persistent", "60")] : (string[])[]]));
            AddLine(Long("-E", "--edit-service"), Shuffled(service, settings));
        }
        else
        {
            AddLine(Long("-A", "--add-service"), Shuffled(service, settings));
        }

        var servers = _random.Next(5);
        for (var i = 0; i < servers; i++)
        {
            AddServer(service, i, v6, protocol, port, isMark, Weights(scheduler));
        }

        if (Chance(20))
        {
            AddLine(Long("-D", "--delete-service"), [address]);
        }
    }

    /// <summary>The options that identify a service, in this order; its protocol and port.</summary>
    private (string Service, string Protocol, int Port) Service(int number, bool v6, out string address, out bool isMark)
    {
        isMark = Chance(5);
        if (isMark)
        {
            var mark = Pick(number + 1, 100_000 + number, 2_147_483_647 - number, 2_147_483_648 + number, 4_294_967_295 - number);
            address = Option('f', "fwmark-service", mark.ToString(CultureInfo.InvariantCulture)) + (v6 ? Long(" -6", " --ipv6") : "");
            return (address, "tcp", 0);
        }

        var protocol = Pick("tcp", "udp", "sctp");
        var (port, name) = Pick((80, "80"), (80, "0080"), (80, "+80"), (0, "0"), (0, ""), (65535, "65535"), (8080, "8080"), protocol == "sctp" ? (36412, "36412") : (53, "domain"));
        if (name.Length == 0 && v6 && Chance(2))
        {
            address = Option(protocol[0], $"{protocol}-service", V6(number)); // without brackets there is no port
            return (address, protocol, 0);
        }

        var host = v6 ? $"[{V6(number)}]" : V4(10, 8, number);
        address = Option(protocol[0], $"{protocol}-service", name.Length > 0 ? $"{host}:{name}" : v6 ? $"{host}:0" : host);
        return (address, protocol, port);
    }

    private List<string> Settings(string? scheduler, bool v6, bool isMark, string protocol, int port)
    {
        var settings = new List<string>();
        Add(settings, scheduler is null ? null : Option('s', "scheduler", scheduler));
        if ((port == 0 && !isMark) || Chance(3))
        {
            settings.Add(_random.Next(3) == 0 ? Long("-p", "--persistent") : Option('p', "persistent", Pick("1", "60", "360", "007", "+90", "2147483")));
            Add(settings, Chance(2) ? Option('M', "netmask", v6 ? Pick("1", "64", "128", "096") : Pick("255.255.255.0", "255.255.255.255", "255.0.0.0", "0xffffff00", "128.0")) : null);
            Add(settings, protocol == "udp" && Chance(4) ? Long("--pe sip", "--pe=sip") : null);
        }

        Add(settings, (protocol == "udp" || isMark) && Chance(3) ? Long("-o", "--ops") : null);
        var flags = scheduler switch
        {
            "sh" => Pick(null, "sh-port", "sh-fallback", "sh-fallback,sh-port", "flag-1", ",sh-port,"),
            "mh" => Pick(null, "mh-port", "mh-fallback", "mh-port,mh-fallback", "flag-2,flag-1"),
            _ => Pick(null, null, null, "flag-1", "flag-2,flag-3"),
        };
        Add(settings, flags is null ? null : Option('b', "sched-flags", flags));
        return settings;
    }

    /// <summary>
    /// Weights that Gorb passes to the kernel unchanged: sh has 256 buckets for all, and dh refuses clients because of a server with weight 0.
    /// </summary>
    private static int[] Weights(string? scheduler) => scheduler switch
    {
        "sh" => [0, 1, 2, 3], // they fit for up to four servers
        "dh" => [1, 2, 100, 65535, 7],
        _ => [0, 1, 2, 100, 65535, 7],
    };

    private void AddServer(string service, int number, bool v6, string protocol, int port, bool isMark, int[] weights)
    {
        var forwarding = Pick(null, Long("-g", "--gatewaying"), Long("-m", "--masquerading"), Long("-i", "--ipip"));
        var isTunnel = forwarding is "-i" or "--ipip";
        var isNat = forwarding is "-m" or "--masquerading";
        var serverV6 = isTunnel ? Chance(3) : v6;
        var (host, ports) = (serverV6 ? $"[{V6(number)}]" : V4(10, 9, number), (string?[])["80", "8080", port > 0 ? null : "0", protocol == "sctp" ? "9" : "domain"]);
        var named = Pick(ports);
        var server = Option('r', "real-server", named is null ? (serverV6 ? V6(number) : host) : $"{host}:{named}");
        var options = new List<string>();
        Add(options, forwarding);
        var isRemoved = Chance(15);
        Add(options, Chance(4) ? null : Option('w', "weight", Pick(weights).ToString(CultureInfo.InvariantCulture)));
        if (Chance(5))
        {
            options.AddRange([Option('x', "u-threshold", "70000"), Option('y', "l-threshold", "5")]);
        }

        if (isTunnel)
        {
            options.AddRange(Pick<string[]>([], ["--tun-type ipip"], ["--tun-type gue", "--tun-port 6080"], ["--tun-type=gue", "--tun-port=1", "--tun-remcsum"], ["--tun-type gre", "--tun-csum"], ["--tun-type gre"]));
        }

        AddLine(Long("-a", "--add-server"), [service, .. Shuffled(server, options)]);
        if (isRemoved)
        {
            // -d needs the port in the kernel: the service's, unless nat rewrites it.
            var there = named is null || (!isNat && !isMark) ? "" : $":{named}";
            var bare = serverV6 && there.Length == 0 ? V6(number) : host;
            AddLine(Long("-d", "--delete-server"), [service, Option('r', "real-server", bare + there)]);
        }
        else if (Chance(8))
        {
            AddLine(Long("-e", "--edit-server"), [service, server, .. forwarding is null ? [] : (string[])[forwarding], "-w", "2"]);
        }
    }

    private string V4(int first, int second, int number)
    {
        var (third, last) = (number / 250, (number % 250) + 1);
        return _random.Next(6) switch
        {
            0 => $"{first}.{second}.{(third << 8) | last}",
            1 => $"0x{(first << 24) | (second << 16) | (third << 8) | last:x8}",
            2 => $"{first}.{second}.{third}.0{Convert.ToString(last, 8)}",
            _ => $"{first}.{second}.{third}.{last}",
        };
    }

    private string V6(int number) => Pick($"fd00:9::{number + 1:x}", $"FD00:9:0:0::0{number + 1:X}", $"fd00:9::0.0.{(number + 1) >> 8}.{(number + 1) & 255}");

    private void AddLine(string command, IEnumerable<string> options)
    {
        var line = $"{(Chance(6) ? "ipvsadm " : "")}{(Chance(8) ? "  " : "")}{command} {string.Join(Chance(10) ? "\t" : " ", options)}{(Chance(10) ? " \t" : "")}{(Chance(10) ? "\r" : "")}";
        _lines.Add(line);
        if (Chance(10))
        {
            _lines.Add(Pick("", "   ", "# a comment -A -t 1.2.3.4:80", "-Z", "#"));
        }
    }

    /// <summary>The first option, followed by the others in any order: -M and -r depend on earlier options.</summary>
    private string[] Shuffled(string first, IReadOnlyList<string> others)
    {
        var shuffled = others.ToArray();
        _random.Shuffle(shuffled);
        return [first, .. shuffled];
    }

    private string Option(char letter, string name, string value) => (letter == 's' && name == "sctp-service") || Chance(3)
        ? $"--{name}{Pick(" ", "=")}{value}"
        : $"-{letter}{Pick(" ", " ", "", "=")}{value}";

    private string Long(string @short, string @long) => Chance(3) ? @long : @short;

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    private static void Add(List<string> options, string? option)
    {
        if (option is not null)
        {
            options.Add(option);
        }
    }
}
