using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gorb.Client;
using Gorb.Model.Text;
using Gorb.Platform;

namespace Gorb.Cli;

/// <summary>
/// Parses an address to listen on: ":4672" (every address), "127.0.0.1:4672", "[::1]:4672", "localhost:4672", "4672", any of them after "https://", or
/// "unix:/run/gorb/gorb.sock".
/// </summary>
internal static class ListenAddress
{
    public const int DefaultPort = 4672;

    /// <summary>The environment variable for the addresses to listen on. Containers use the variable because their health check reads it, too.</summary>
    public const string Variable = "GORB_LISTEN";

    public const string ExampleSocket = "unix:/run/gorb/gorb.sock";

    /// <summary>The longest path of a Unix socket: sun_path of unix(7), with its terminating zero byte.</summary>
    private const int MaxPathBytes = 107;

    /// <summary>The listeners without option and environment: only this host reaches them.</summary>
    private static readonly string[] OfThisHost = [ExampleSocket, "127.0.0.1:4672", "[::1]:4672"];

    /// <summary>True when the environment names the listeners.</summary>
    public static bool IsInEnvironment => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    /// <summary>The default of option -l.</summary>
    public static IReadOnlyList<string> Defaults =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? text.Split(',', StringSplitOptions.TrimEntries) : OfThisHost;

    /// <summary>The default URL of the daemon for clients on this host: the Unix socket where a daemon listens there and admits this user, otherwise the loopback address.</summary>
    public static Uri DefaultUrl => Defaults.Select(Parse).FirstOrDefault(static endpoint => endpoint is IPEndPoint || (endpoint is UnixDomainSocketEndPoint socket && IsAnswered(socket))) is { } found
        ? Url(found)
        : Url(Parse(Defaults[0]) ?? new IPEndPoint(IPAddress.Loopback, DefaultPort));

    /// <returns>An <see cref="IPEndPoint"/>, a <see cref="TlsEndPoint"/> or a <see cref="UnixDomainSocketEndPoint"/>; null for any other text.</returns>
    public static EndPoint? Parse(string text) => UnixSocketUrl.Path(text) is { } path ? IsSocketPath(path) ? new UnixDomainSocketEndPoint(path) : null
        : !text.StartsWith(TlsEndPoint.Prefix, StringComparison.Ordinal) ? ParseAddress(text)
        : ParseAddress(text[TlsEndPoint.Prefix.Length..]) is { } endpoint ? new TlsEndPoint(endpoint.Address, endpoint.Port)
        : null;

    /// <summary>The text of an address, as <see cref="Parse"/> reads it.</summary>
    public static string Format(EndPoint endpoint) => endpoint switch
    {
        UnixDomainSocketEndPoint => $"{UnixSocketUrl.Prefix}{endpoint}",
        IPEndPoint any when any.Address.Equals(IPAddress.IPv6Any) => string.Create(CultureInfo.InvariantCulture, $"{(any is TlsEndPoint ? TlsEndPoint.Prefix : "")}:{any.Port}"),
        _ => endpoint.ToString()!,
    };

    /// <summary>The URL at which a client on this host reaches a daemon that listens on the endpoint.</summary>
    public static Uri Url(EndPoint listen)
    {
        if (listen is not IPEndPoint endpoint)
        {
            return UnixSocketUrl.Of($"{listen}");
        }

        var address = endpoint.Address.Equals(IPAddress.IPv6Any) || endpoint.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : endpoint.Address;
        return new Uri($"{(listen is TlsEndPoint ? TlsEndPoint.Prefix : "http://")}{new IPEndPoint(address, endpoint.Port)}");
    }

    private static bool IsAnswered(UnixDomainSocketEndPoint endpoint)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            probe.Connect(endpoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static IPEndPoint? ParseAddress(string text)
    {
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "" : text[..colon];
        if (!ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return null;
        }

        return host switch
        {
            "" or "*" => new IPEndPoint(IPAddress.IPv6Any, port),
            "localhost" => new IPEndPoint(IPAddress.Loopback, port),
            ['[', .. var inner, ']'] => AddressText.TryParseScoped(inner, out var v6) ? new IPEndPoint(v6, port) : null,
            _ => !host.Contains(':') && AddressText.TryParse(host, out var address) ? new IPEndPoint(address, port) : null,
        };
    }

    /// <summary>True for a full path of a file, not of a folder, that fits into a socket address.</summary>
    private static bool IsSocketPath(string path) =>
        path.StartsWith('/') && !path.EndsWith('/') && !path.Contains('\0', StringComparison.Ordinal) && Encoding.UTF8.GetByteCount(path) <= MaxPathBytes;
}
