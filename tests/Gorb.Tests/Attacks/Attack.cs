using System.Text;

namespace Gorb.Tests.Attacks;

/// <summary>Where an attacker is.</summary>
internal enum From
{
    /// <summary>A host of the network, by IPv4.</summary>
    Lan,

    /// <summary>A host of the network, by IPv6.</summary>
    LanV6,

    /// <summary>A host of the network whose IPv4 address a listener of both families sees as IPv6.</summary>
    LanMapped,

    /// <summary>Another user of the daemon's host, over loopback.</summary>
    OtherUser,

    /// <summary>A program of root on the daemon's host, over loopback: a browser that a foreign page commands.</summary>
    Root,
}

/// <summary>A request that must be refused and change nothing.</summary>
/// <param name="Name">Who tries what; the name of the test case.</param>
/// <param name="From">Where the request comes from.</param>
/// <param name="Request">The bytes, as Latin-1. $NAME stands for the secret of the token NAME of <see cref="AttackedDaemon"/>.</param>
/// <param name="Status">The status of the answer; 0 for none.</param>
/// <param name="Text">What the answer says; empty where Kestrel alone decides.</param>
internal sealed record Attack(string Name, From From, string Request, int Status, string Text)
{
    public const string Service = """{"host": "10.9.0.66", "port": 80}""";

    /// <summary>What a request adds that succeeds, most often.</summary>
    public const string Target = "/service/evil";

    /// <summary>A request after which the connection ends. Headers replace those of the same name.</summary>
    public static string Of(string method, string target, string? body = null, params IReadOnlyList<string> headers)
    {
        var request = new StringBuilder($"{method} {target} HTTP/1.1\r\n");
        var lines = new List<string>(headers);
        foreach (var line in (string?[])["Host: localhost", "Connection: close", body is null ? null : $"Content-Length: {Encoding.Latin1.GetByteCount(body)}"])
        {
            if (line is not null && !headers.Any(header => header.StartsWith(line[..(line.IndexOf(':') + 1)], StringComparison.OrdinalIgnoreCase)))
            {
                lines.Add(line);
            }
        }

        return request.AppendJoin("\r\n", lines).Append("\r\n\r\n").Append(body).ToString();
    }

    /// <summary>A PUT of a new service.</summary>
    public static string Put(params IReadOnlyList<string> headers) => Of("PUT", Target, Service, headers);
}
