using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gorb.Model.Checks;

namespace Gorb.Documents.Ipvsadm;

/// <summary>One line for <c>ipvsadm -R</c>. Options are read in order, which can matter to ipvsadm: -r takes the port of a preceding -t.</summary>
internal sealed class IpvsadmLine
{
    private const long MaxTimeout = 31 * 24 * 60 * 60;
    private const long DefaultTimeout = 360;

    private readonly IpvsadmNames _names;
    private readonly HashSet<string> _given = [];
    private AddressFamily? _family;
    private IPAddress? _address;
    private string? _protocol;
    private ushort _port;
    private uint? _mark;
    private string _scheduler = "wlc";
    private string _flags = "";
    private long? _timeout;
    private string? _netmask;
    private string? _engine;
    private IPAddress? _server;
    private ushort _serverPort;
    private string _method = "dr";
    private long _weight = 1;
    private long _upperThreshold;
    private long _lowerThreshold;
    private string _tunnel = "ipip";
    private long? _tunnelPort;
    private string? _checksum;

    private IpvsadmLine(string verb, IpvsadmNames names) => (Verb, _names) = (verb, names);

    /// <summary>The long name of the command.</summary>
    public string Verb { get; }

    /// <summary>True for a command on a server of a service, false for one on the service itself.</summary>
    public bool IsOfServer => Verb is "add-server" or "edit-server" or "delete-server";

    private bool IsOfService => Verb is "add-service" or "edit-service" or "delete-service";

    /// <summary>The name of the service in a document.</summary>
    /// <summary>True for a mark of Gorb's own checks by path.</summary>
    public bool IsOfPathCheck => _mark is { } mark && MarkRange.Default.Contains(mark);

    public string ServiceName => _mark is { } mark ? $"fwmark{(_family == AddressFamily.InterNetworkV6 ? "6" : "")}-{mark}" : $"{_protocol}-{_address}-{_port}";

    /// <summary>The name of the server in a document.</summary>
    public string ServerName => $"{_server}-{_serverPort}";

    /// <exception cref="FormatException">ipvsadm would reject the line, or Gorb does not support its setting.</exception>
    public static IpvsadmLine? Read(IReadOnlyList<string> words, IpvsadmNames names)
    {
        var (options, rest) = IpvsadmOptions.Split(words);
        if (options.Count == 0 && rest.Count == 0)
        {
            return null;
        }

        if (options.Count == 0 || !IpvsadmOptions.IsCommand(options[0].Name))
        {
            throw new FormatException("the line does not begin with a command of ipvsadm, such as -A or -a");
        }

        var line = new IpvsadmLine(options[0].Name, names);
        if (line.IsOfServer || line.IsOfService)
        {
            line.ReadOptions(options, rest);
        }

        return line;
    }

    /// <summary>Returns the service in the format of a document, without backends.</summary>
    public JsonObject Service()
    {
        var service = _mark is { } mark ? new JsonObject { ["fwmark"] = mark } : new JsonObject { ["host"] = _address!.ToString(), ["port"] = _port, ["protocol"] = _protocol };
        Set(service, "family", _mark is not null && _family == AddressFamily.InterNetworkV6 ? "ipv6" : null);
        service["method"] = _scheduler;
        if (_timeout is { } timeout)
        {
            var persistence = new JsonObject { ["timeout"] = timeout };
            Set(persistence, "netmask", _netmask);
            Set(persistence, "engine", _engine);
            service["persistence"] = persistence;
        }

        Set(service, "ops", _given.Contains("ops") ? true : null);
        Set(service, "flags", _flags.Length > 0 ? _flags : null);
        return service;
    }

    /// <summary>Returns the server in the format of a document.</summary>
    public JsonObject Server()
    {
        var server = new JsonObject { ["host"] = _server!.ToString(), ["port"] = _serverPort, ["method"] = _method, ["weight"] = _weight };
        Set(server, "upper_threshold", _upperThreshold > 0 ? _upperThreshold : null);
        Set(server, "lower_threshold", _lowerThreshold > 0 ? _lowerThreshold : null);
        if (_given.Overlaps(IpvsadmOptions.OfTunnel))
        {
            var tunnel = new JsonObject { ["type"] = _tunnel };
            Set(tunnel, "port", _tunnelPort);
            Set(tunnel, "checksum", _checksum);
            server["tunnel"] = tunnel;
        }

        return server;
    }

    private static void Set(JsonObject target, string member, JsonNode? value)
    {
        if (value is not null)
        {
            target[member] = value;
        }
    }

    private void ReadOptions(List<(string Name, string? Value)> options, List<string> rest)
    {
        foreach (var (name, value) in options.Skip(1))
        {
            IpvsadmOptions.CheckAllowed(name, Verb);
            if (IpvsadmOptions.Group(name) is { } group && !_given.Add(group))
            {
                throw new FormatException($"the {group} is given twice");
            }

            ReadService(name, value);
        }

        Check(rest);
    }

    private void ReadService(string name, string? value)
    {
        switch (name)
        {
            case "tcp-service" or "udp-service" or "sctp-service":
                _protocol = name[..name.IndexOf('-')];
                (_address, var port) = IpvsadmAddress.Read(value!, _protocol, _names);
                _port = port ?? 0;
                SetFamily(_address.AddressFamily);
                break;
            case "fwmark-service":
                // ipvsadm prints marks of 2^31 and above as negative numbers, which ipvsadm itself does not read.
                _mark = IpvsadmAddress.ReadNumber(value!, "mark", int.MinValue, uint.MaxValue) is var mark and not 0 ? (uint)mark : throw new FormatException("the mark 0 is none");
                _protocol = "tcp";
                _family = AddressFamily.InterNetwork;
                break;
            case "ipv6":
                SetFamily(_mark is not null ? AddressFamily.InterNetworkV6 : throw new FormatException("-6 stands before -f, or without it"));
                break;
            case "scheduler":
                _scheduler = value!;
                break;
            case "persistent":
                _timeout = value is null ? DefaultTimeout : IpvsadmAddress.ReadNumber(value, "persistence timeout", 1, MaxTimeout);
                break;
            case "netmask":
                _netmask = IpvsadmMask.Read(value!, _family, _names);
                break;
            case "pe":
                _engine = value;
                break;
            case "sched-flags":
                _flags = value is null ? "flag-3" : string.Join('|', value.Split(',', StringSplitOptions.RemoveEmptyEntries)); // "ipvsadm -S" has no name for flag-3 of sh and mh
                break;
            default:
                ReadServer(name, value ?? "");
                break;
        }
    }

    private void ReadServer(string name, string value)
    {
        switch (name)
        {
            case "real-server":
                (_server, var port) = IpvsadmAddress.Read(value, _protocol, _names);
                _serverPort = port ?? _port;
                break;
            case "masquerading":
                _method = "nat";
                break;
            case "ipip":
                _method = "tunnel";
                break;
            case "weight":
                _weight = IpvsadmAddress.ReadNumber(value, "weight", 0, ushort.MaxValue);
                break;
            case "u-threshold":
                _upperThreshold = IpvsadmAddress.ReadNumber(value, "upper threshold", 0, int.MaxValue);
                break;
            case "l-threshold":
                _lowerThreshold = IpvsadmAddress.ReadNumber(value, "lower threshold", 0, int.MaxValue);
                break;
            case "tun-type":
                _tunnel = value is "ipip" or "gue" or "gre" ? value : throw new FormatException($"the tunnel type '{value}' is not ipip, gue or gre");
                break;
            case "tun-port":
                _tunnelPort = IpvsadmAddress.ReadNumber(value, "tunnel port", 1, ushort.MaxValue);
                break;
            case "tun-nocsum" or "tun-csum" or "tun-remcsum":
                _checksum = name switch { "tun-nocsum" => "none", "tun-csum" => "full", _ => "remote" };
                break;
        }
    }

    /// <summary>Sets the address family. An IPv6 address sets its default netmask, which replaces a preceding one.</summary>
    private void SetFamily(AddressFamily family)
    {
        _family = family;
        _netmask = family == AddressFamily.InterNetworkV6 ? null : _netmask;
    }

    private void Check(List<string> rest)
    {
        if (rest.Count > 0)
        {
            throw new FormatException($"'{rest[0]}' belongs to no option");
        }

        if (_protocol is null)
        {
            throw new FormatException("the service is missing: -t, -u, --sctp-service or -f");
        }

        if (Verb is "add-service" or "edit-service")
        {
            CheckService();
        }
        else if (IsOfServer)
        {
            CheckServer();
        }
    }

    private void CheckService()
    {
        if (_mark is null && _port == 0 && _timeout is null)
        {
            throw new FormatException("a service needs a port, or -p for every port");
        }

        if (_engine is not null && _timeout is null)
        {
            throw new FormatException("--pe without -p says how persistence works but not for how long; give -p, or leave --pe out");
        }
    }

    private void CheckServer()
    {
        if (_server is null)
        {
            throw new FormatException("-r is missing");
        }

        var isTunnel = _method == "tunnel";
        if (Verb == "delete-server")
        {
            return;
        }

        _serverPort = _mark is null && _method != "nat" ? _port : _serverPort; // only nat can rewrite the port
        if (_server.AddressFamily != _family && !isTunnel)
        {
            throw new FormatException("service and server are of different families, which only tunnels (-i) can join");
        }

        if (_mark is null && _serverPort == 0 && _port != 0)
        {
            throw new FormatException("the server's port is 0; write -r behind the service, or give it a port");
        }

        if (!isTunnel && _given.Overlaps(IpvsadmOptions.OfTunnel))
        {
            throw new FormatException("options of a tunnel need -i");
        }
    }
}
