using System.Text;
using System.Text.Json;
using Gorb.Model.Checks;

namespace Gorb.Model.Descriptions;

/// <summary>The arguments of each check type. Defaults are not shown, except for the http arguments that GORB has.</summary>
internal static class ArgsDescription
{
    /// <summary>The endpoint to check instead of the backend; for every type except none.</summary>
    public static Description<PulseArgs> Endpoint { get; } = new(
        "Endpoint",
        "Every type but `none`",
        [
            new ReaderText<PulseArgs>("host", "Another host to check: a name, which is resolved for each check, or an address.", static args => NotEmpty(args.Host))
            {
                Default = "the backend's",
            },
            new ReaderNumber<PulseArgs>("port", "Another port to check.", static args => args.Port) { Default = "the backend's" },
        ]);

    public static Description<HttpArgs> Http { get; } = new(
        "Http",
        "`http`, `https`",
        [
            new ReaderText<HttpArgs>("method", "The method of the request.", static args => args.Method) { Default = "`GET`" },
            new ReaderText<HttpArgs>("path", "Path and query of the request.", static args => args.Path) { Default = "`/`" },
            new ReaderMember<HttpArgs>("headers", MemberKind.Object, "Headers of the request, by name. A value is a text, or `{\"secret\": ...}`, `{\"file\": ...}` or `{\"env\": ...}`.", static (json, key, args) => WriteHeaders(json, key, args.Headers)),
            Codes<HttpArgs>("The statuses that pass: `200`, `[200, 204]` or `\"200-299\"`.", "200", static args => args.Expect),
            new ReaderText<HttpArgs>("expect_body", "A text that the body must have.", static args => NotEmpty(args.ExpectBody)),
            new ReaderText<HttpArgs>("expect_regex", "A regular expression that must match in the body.", static args => NotEmpty(args.ExpectRegex)),
            .. Trust<HttpArgs>("`https` only: ", static args => args.Trust),
        ]);

    public static Description<TlsArgs> Tls { get; } = new("Tls", "`tls`", Trust<TlsArgs>("", static args => args.Trust));

    public static Description<UdpArgs> Udp { get; } = new("Udp", "`udp`", [.. Bytes("payload", "What is sent", static args => args.Payload), .. Bytes("expect", "What the answer must have", static args => args.Expect)]);

    public static Description<DnsArgs> Dns { get; } = new(
        "Dns",
        "`dns`",
        [
            new ReaderText<DnsArgs>("name", "The domain name to ask for.", static args => args.Name) { Default = "required" },
            new ReaderText<DnsArgs>("type", "`A`, `AAAA`, `CNAME`, `MX`, `NS`, `PTR`, `SOA`, `SRV` or `TXT`.", static args => args.RecordType) { Default = "`A`" },
            new ReaderMember<DnsArgs>("expect", MemberKind.Any, "A value, or a list of values, that the answer must contain.", static (json, key, args) => WriteTexts(json, key, args.Expect)),
            Set<DnsArgs>("tcp", "`true`: asks over TCP.", static args => args.OverTcp),
        ]);

    public static Description<GrpcArgs> Grpc { get; } = new(
        "Grpc",
        "`grpc`",
        [
            new ReaderText<GrpcArgs>("service", "The service to ask about.", static args => NotEmpty(args.Service)) { Default = "the server as a whole" },
            Set<GrpcArgs>("tls", "`true`: speaks TLS.", static args => args.Trust is not null),
            .. Trust<GrpcArgs>("With `tls`: ", static args => args.Trust),
        ]);

    public static Description<ExecArgs> Exec { get; } = new(
        "Exec",
        "`exec`",
        [
            new ReaderText<ExecArgs>("program", "The absolute path of the program.", static args => args.Program) { Default = "required" },
            new ReaderMember<ExecArgs>("arguments", MemberKind.Any, "Its arguments, 64 at most.", static (json, key, args) => WriteTexts(json, key, args.Arguments)),
            Codes<ExecArgs>("The exit statuses that pass.", "0", static args => args.Expect),
        ]);

    /// <summary>All descriptions, in the order of the documentation.</summary>
    public static IReadOnlyList<IDescription> All { get; } = [Endpoint, Http, Tls, Udp, Dns, Grpc, Exec];

    /// <summary>Writes the arguments of a check.</summary>
    public static void ShowMembers(Utf8JsonWriter json, PulseArgs args)
    {
        Endpoint.ShowMembers(json, args);
        switch (args)
        {
            case HttpArgs http:
                Http.ShowMembers(json, http);
                break;
            case TlsArgs tls:
                Tls.ShowMembers(json, tls);
                break;
            case UdpArgs udp:
                Udp.ShowMembers(json, udp);
                break;
            case DnsArgs dns:
                Dns.ShowMembers(json, dns);
                break;
            case GrpcArgs grpc:
                Grpc.ShowMembers(json, grpc);
                break;
            case ExecArgs exec:
                Exec.ShowMembers(json, exec);
                break;
        }
    }

    private static Member<T>[] Trust<T>(string when, Func<T, TlsTrust?> get) =>
    [
        Set<T>("insecure", $"{when}`true` accepts any certificate.", args => get(args)?.Insecure == true),
        new ReaderText<T>("sni", $"{(when.Length == 0 ? "The" : $"{when}the")} name to ask for, and to find in the certificate.", args => NotEmpty(get(args)?.ServerName)) { Default = "the host's" },
    ];

    /// <summary>Describes a byte string: printable ASCII as text, anything else as hexadecimal digits.</summary>
    private static Member<UdpArgs>[] Bytes(string name, string meaning, Func<UdpArgs, ValueList<byte>> get) =>
    [
        new ReaderText<UdpArgs>(name, $"{meaning}, as text.", args => get(args) is { Count: > 0 } bytes && IsPrintable(bytes) ? Encoding.ASCII.GetString(bytes.Span) : null),
        new ReaderText<UdpArgs>($"{name}_hex", $"{meaning}, as hexadecimal digits.", args => get(args) is { Count: > 0 } bytes && !IsPrintable(bytes) ? Convert.ToHexStringLower(bytes.Span) : null),
    ];

    private static ReaderFlag<T> Set<T>(string name, string meaning, Func<T, bool> get) => new(name, meaning, args => get(args) ? true : null) { Default = "`false`" };

    private static ReaderMember<T> Codes<T>(string meaning, string usual, Func<T, ValueList<CodeRange>> get) =>
        new("expect", MemberKind.Any, meaning, (json, key, args) => WriteCodes(json, key, get(args))) { Default = usual };

    private static string? NotEmpty(string? text) => text is { Length: > 0 } ? text : null;

    private static bool IsPrintable(ValueList<byte> bytes) => !bytes.Span.ContainsAnyExceptInRange((byte)' ', (byte)'~');

    private static void WriteHeaders(Utf8JsonWriter json, JsonEncodedText key, ValueList<HttpHeader> headers)
    {
        if (headers.Count == 0)
        {
            return;
        }

        json.WriteStartObject(key);
        foreach (var header in headers)
        {
            if (header.Kind == HeaderKind.Text)
            {
                json.WriteString(header.Name, header.Value);
                continue;
            }

            json.WriteStartObject(header.Name);
            json.WriteString(header.Kind.ToString().ToLowerInvariant(), header.Value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>A single status as a number, as GORB's clients expect it; ranges as texts.</summary>
    private static void WriteCodes(Utf8JsonWriter json, JsonEncodedText key, ValueList<CodeRange> codes)
    {
        json.WritePropertyName(key);
        if (codes.Count > 1)
        {
            json.WriteStartArray();
        }

        foreach (var code in codes)
        {
            if (code.First == code.Last)
            {
                json.WriteNumberValue(code.First);
            }
            else
            {
                json.WriteStringValue(code.ToString());
            }
        }

        if (codes.Count > 1)
        {
            json.WriteEndArray();
        }
    }

    private static void WriteTexts(Utf8JsonWriter json, JsonEncodedText key, ValueList<string> texts)
    {
        if (texts.Count == 0)
        {
            return;
        }

        json.WriteStartArray(key);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
