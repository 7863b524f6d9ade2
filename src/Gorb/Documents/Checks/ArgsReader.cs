using Gorb.Model.Checks;
using Gorb.Model.Text;

namespace Gorb.Documents.Checks;

/// <summary>Reads <c>type</c> and <c>args</c> of a check; each type has its own arguments.</summary>
internal static class ArgsReader
{
    /// <summary>The names of all check types.</summary>
    public static readonly string[] Types = ["none", "tcp", "http", "https", "tls", "udp", "dns", "grpc", "ping", "exec"];

    /// <param name="pulse">The members of the check.</param>
    /// <param name="programFault">Returns why a program may not run; null when none may (see <see cref="CheckLimits"/>).</param>
    public static PulseArgs Read(FieldReader pulse, Func<string, string?>? programFault)
    {
        var type = pulse.Text("type")?.ToLowerInvariant() ?? "tcp";
        var fields = pulse.ObjectOrEmpty("args");
        if (!Types.Contains(type))
        {
            pulse.RefuseGiven("type", $"must be one of {string.Join(", ", Types)}", PulseTexts.UnknownType);
            return new NoneArgs(); // the arguments of an unknown type cannot be validated
        }

        if (type == "exec" && programFault is null)
        {
            pulse.RefuseGiven("type", "exec checks are off: the daemon was not started with them allowed");
        }

        var args = ReadArgs(type, fields, programFault);
        if (type != "none")
        {
            args = args with
            {
                Host = ReadHost(fields),
                Port = (int?)fields.Number("port", 1, ushort.MaxValue),
            };
        }

        fields.RefuseUnknown();
        return args;
    }

    private static PulseArgs ReadArgs(string type, FieldReader fields, Func<string, string?>? programFault) => type switch
    {
        "none" => new NoneArgs(),
        "tcp" => new TcpArgs(),
        "ping" => new PingArgs(),
        "tls" => new TlsArgs { Trust = ReadTrust(fields) },
        "http" => HttpArgsReader.Read(fields, null),
        "https" => HttpArgsReader.Read(fields, ReadTrust(fields)),
        "udp" => UdpArgsReader.Read(fields),
        "dns" => DnsArgsReader.Read(fields),
        "grpc" => ReadGrpc(fields),
        _ => ExecArgsReader.Read(fields, programFault),
    };

    private static TlsTrust ReadTrust(FieldReader fields) =>
        new(fields.Flag("insecure") ?? false, fields.Text("sni", name => Uri.CheckHostName(name) == UriHostNameType.Dns, "must be a DNS name"));

    private static GrpcArgs ReadGrpc(FieldReader fields)
    {
        var isTls = fields.Flag("tls") ?? false;
        var trust = ReadTrust(fields);
        if (!isTls && trust != new TlsTrust())
        {
            fields.RefuseGiven("tls", "must be true when insecure or sni is given");
        }

        return new GrpcArgs { Service = fields.Text("service") ?? "", Trust = isTls ? trust : null };
    }

    /// <summary>Reads a name or an address; a link-local address may name the network device for the check.</summary>
    private static string? ReadHost(FieldReader fields)
    {
        var text = fields.Text("host");
        if (text is null || AddressText.TryParseScoped(text, out _))
        {
            return text;
        }

        var fault = AddressText.FindFault(text) ?? (Uri.CheckHostName(text) == UriHostNameType.Dns ? null : "must be a name or an IP address");
        if (fault is null)
        {
            return text;
        }

        fields.RefuseGiven("host", fault);
        return null;
    }
}
