using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Checks;

namespace Gorb.Documents.Checks;

/// <summary>Writes the arguments of a check; those at their defaults are left out, except GORB's own of http.</summary>
internal static class ArgsWriter
{
    public static void Write(Utf8JsonWriter json, PulseArgs args)
    {
        WriteText(json, "host", args.Host);
        if (args.Port is { } port)
        {
            json.WriteNumber("port", port);
        }

        switch (args)
        {
            case HttpArgs http:
                WriteHttp(json, http);
                break;
            case TlsArgs tls:
                WriteTrust(json, tls.Trust);
                break;
            case UdpArgs udp:
                WriteBytes(json, "payload", udp.Payload);
                WriteBytes(json, "expect", udp.Expect);
                break;
            case DnsArgs dns:
                WriteDns(json, dns);
                break;
            case GrpcArgs grpc:
                WriteText(json, "service", grpc.Service);
                WriteFlag(json, "tls", grpc.Trust is not null);
                WriteTrust(json, grpc.Trust);
                break;
            case ExecArgs exec:
                json.WriteString("program", exec.Program);
                WriteTexts(json, "arguments", exec.Arguments);
                WriteCodes(json, exec.Expect);
                break;
        }
    }

    private static void WriteHttp(Utf8JsonWriter json, HttpArgs http)
    {
        json.WriteString("method", http.Method);
        json.WriteString("path", http.Path);
        if (http.Headers.Count > 0)
        {
            json.WriteStartObject("headers");
            foreach (var header in http.Headers)
            {
                json.WriteString(header.Name, header.Value);
            }

            json.WriteEndObject();
        }

        WriteCodes(json, http.Expect);
        WriteText(json, "expect_body", http.ExpectBody);
        WriteText(json, "expect_regex", http.ExpectRegex);
        WriteTrust(json, http.Trust);
    }

    private static void WriteDns(Utf8JsonWriter json, DnsArgs dns)
    {
        json.WriteString("name", dns.Name);
        json.WriteString("type", dns.RecordType);
        WriteTexts(json, "expect", dns.Expect);
        WriteFlag(json, "tcp", dns.OverTcp);
    }

    private static void WriteTrust(Utf8JsonWriter json, TlsTrust? trust)
    {
        WriteFlag(json, "insecure", trust?.Insecure == true);
        WriteText(json, "sni", trust?.ServerName);
    }

    /// <summary>A single status as a number, as GORB's clients expect it; ranges as texts.</summary>
    private static void WriteCodes(Utf8JsonWriter json, ValueList<CodeRange> codes)
    {
        json.WritePropertyName("expect");
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

    /// <summary>Printable ASCII as text, everything else as hexadecimal digits.</summary>
    private static void WriteBytes(Utf8JsonWriter json, string name, ValueList<byte> bytes)
    {
        if (bytes.Count == 0)
        {
            return;
        }

        if (bytes.Span.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            json.WriteString($"{name}_hex", Convert.ToHexStringLower(bytes.Span));
        }
        else
        {
            json.WriteString(name, bytes.Span);
        }
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, ValueList<string> texts)
    {
        if (texts.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is { Length: > 0 })
        {
            json.WriteString(name, text);
        }
    }

    private static void WriteFlag(Utf8JsonWriter json, string name, bool flag)
    {
        if (flag)
        {
            json.WriteBoolean(name, true);
        }
    }
}
