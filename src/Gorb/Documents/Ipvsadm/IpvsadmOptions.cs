namespace Gorb.Documents.Ipvsadm;

/// <summary>Splits a line into options as ipvsadm does, with the rules of the popt library: short options in one word, values with or without a space or "=".</summary>
internal static class IpvsadmOptions
{
    private static readonly Option[] Known =
    [
        new("add-service", 'A', Value.None), new("edit-service", 'E', Value.None), new("delete-service", 'D', Value.None), new("clear", 'C', Value.None),
        new("list", 'L', Value.None), new("list", 'l', Value.None), new("zero", 'Z', Value.None), new("add-server", 'a', Value.None), new("edit-server", 'e', Value.None),
        new("delete-server", 'd', Value.None), new("set", '\0', Value.None), new("help", 'h', Value.None), new("version", 'v', Value.None), new("restore", 'R', Value.None),
        new("save", 'S', Value.None), new("start-daemon", '\0', Value.Required), new("stop-daemon", '\0', Value.Required), new("tcp-service", 't', Value.Required),
        new("udp-service", 'u', Value.Required), new("sctp-service", '\0', Value.Required), new("fwmark-service", 'f', Value.Required), new("scheduler", 's', Value.Required),
        new("persistent", 'p', Value.Optional), new("netmask", 'M', Value.Required), new("real-server", 'r', Value.Required), new("masquerading", 'm', Value.None),
        new("ipip", 'i', Value.None), new("gatewaying", 'g', Value.None), new("weight", 'w', Value.Required), new("u-threshold", 'x', Value.Required),
        new("l-threshold", 'y', Value.Required), new("numeric", 'n', Value.None), new("connection", 'c', Value.None), new("mcast-interface", '\0', Value.Required),
        new("syncid", '\0', Value.Required), new("timeout", '\0', Value.None), new("daemon", '\0', Value.None), new("stats", '\0', Value.None), new("rate", '\0', Value.None),
        new("thresholds", '\0', Value.None), new("persistent-conn", '\0', Value.None), new("nosort", '\0', Value.None), new("sort", '\0', Value.None), new("exact", 'X', Value.None),
        new("ipv6", '6', Value.None), new("ops", 'o', Value.None), new("pe", '\0', Value.Required), new("sched-flags", 'b', Value.Required),
        new("mcast-group", '\0', Value.Required), new("mcast-port", '\0', Value.Required), new("mcast-ttl", '\0', Value.Required), new("sync-maxlen", '\0', Value.Required),
        new("tun-info", '\0', Value.None), new("tun-type", '\0', Value.Required), new("tun-port", '\0', Value.Required), new("tun-nocsum", '\0', Value.None),
        new("tun-csum", '\0', Value.None), new("tun-remcsum", '\0', Value.None),
    ];

    private static readonly string[] OfService = ["scheduler", "persistent", "netmask", "ops", "pe", "sched-flags"];
    private static readonly string[] OfServer = ["masquerading", "ipip", "gatewaying", "weight", "u-threshold", "l-threshold"];

    private enum Value
    {
        None,
        Optional,
        Required,
    }

    /// <summary>Options for the encapsulation of packets.</summary>
    public static IReadOnlyList<string> OfTunnel { get; } = ["tun-type", "tun-port", "tun-nocsum", "tun-csum", "tun-remcsum"];

    /// <summary>True for a command; the first option of a line must be one.</summary>
    public static bool IsCommand(string name) => name is "add-service" or "edit-service" or "delete-service" or "clear" or "list" or "zero" or "add-server" or "edit-server"
        or "delete-server" or "set" or "help" or "version" or "restore" or "save" or "start-daemon" or "stop-daemon";

    /// <exception cref="FormatException">The command does not allow the option.</exception>
    public static void CheckAllowed(string name, string command)
    {
        var isAllowed = name is "tcp-service" or "udp-service" or "sctp-service" or "fwmark-service" or "ipv6" or "sort"
            || command switch
            {
                "add-service" or "edit-service" => OfService.Contains(name),
                "add-server" or "edit-server" => name == "real-server" || OfServer.Contains(name) || OfTunnel.Contains(name),
                "delete-server" => name == "real-server",
                _ => false,
            };
        if (!isAllowed)
        {
            throw new FormatException($"'--{name}' is not an option of --{command} that Gorb knows");
        }
    }

    /// <summary>Returns the group of an option; a line may have only one option per group. Null for options that may be repeated.</summary>
    public static string? Group(string name) => name switch
    {
        "ipv6" or "sort" => null,
        "tcp-service" or "udp-service" or "sctp-service" or "fwmark-service" => "service address",
        "masquerading" or "ipip" or "gatewaying" => "forwarding method",
        _ => name,
    };

    /// <summary>Returns the options of a line by long name, in order, and the remaining words.</summary>
    /// <exception cref="FormatException">An option is unknown, or a value is missing or superfluous.</exception>
    public static (List<(string Name, string? Value)> Options, List<string> Others) Split(IReadOnlyList<string> words)
    {
        var options = new List<(string, string?)>();
        var rest = new List<string>();
        for (var at = 0; at < words.Count; at++)
        {
            switch (words[at])
            {
                case "--":
                    rest.AddRange(words.Skip(at + 1));
                    return (options, rest);
                case ['-', '-', ..] word:
                    ReadLong(word, words, ref at, options);
                    break;
                case ['-', _, ..] word:
                    ReadShort(word[1..], words, ref at, options);
                    break;
                case var word:
                    rest.Add(word);
                    break;
            }
        }

        return (options, rest);
    }

    private static void ReadLong(string word, IReadOnlyList<string> words, ref int at, List<(string, string?)> options)
    {
        var equals = word.IndexOf('=');
        var name = word[2..(equals < 0 ? word.Length : equals)];
        var option = Array.Find(Known, known => known.Name == name) ?? throw Unknown($"--{name}");
        var joined = equals < 0 ? null : word[(equals + 1)..];
        options.Add((option.Name, option.Value != Value.None ? joined ?? Next(option, words, ref at) : joined is null ? null : throw NoValue(option)));
    }

    /// <summary>Reads a word of short options; the last may have its value in the same word.</summary>
    private static void ReadShort(string letters, IReadOnlyList<string> words, ref int at, List<(string, string?)> options)
    {
        while (letters.Length > 0)
        {
            var option = Array.Find(Known, known => known.Letter == letters[0]) ?? throw Unknown($"-{letters[0]}");
            letters = letters[1..];
            if (option.Value == Value.None)
            {
                options.Add((option.Name, letters is ['=', ..] ? throw NoValue(option) : null));
                continue;
            }

            options.Add((option.Name, letters.Length > 0 ? letters[(letters[0] == '=' ? 1 : 0)..] : Next(option, words, ref at)));
            return;
        }
    }

    /// <summary>Returns the next word as the value of an option; null if an omissible value is absent.</summary>
    private static string? Next(Option option, IReadOnlyList<string> words, ref int at)
    {
        if (at + 1 == words.Count)
        {
            // "ipvsadm -S" ends a line with -b if it has no name for the flag.
            return option.Value == Value.Optional || option.Name == "sched-flags" ? null : throw new FormatException($"--{option.Name} needs a value; the line ends too early");
        }

        return option.Value == Value.Optional && words[at + 1].StartsWith('-') ? null : words[++at];
    }

    private static FormatException Unknown(string option) => new($"'{option}' is not an option of ipvsadm that Gorb knows");

    private static FormatException NoValue(Option option) => new($"--{option.Name} takes no value");

    private sealed record Option(string Name, char Letter, Value Value);
}
