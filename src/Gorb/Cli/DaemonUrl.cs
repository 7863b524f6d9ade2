using System.Net.Sockets;
using Gorb.Client;

namespace Gorb.Cli;

/// <summary>Parses the address of a daemon: "127.0.0.1:4672", "lb.example:4672", a full URL ("http://lb.example:4672") or a socket ("unix:/run/gorb/gorb.sock").</summary>
internal static class DaemonUrl
{
    /// <summary>The environment variable for the address of the daemon to which verbs and the Docker link send their requests.</summary>
    public const string Variable = "GORB_ADDR";

    /// <summary>The daemon of the environment, or else the one that listens on this host by default.</summary>
    public static string Default => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? text : Format(ListenAddress.DefaultUrl);

    public static Uri? Parse(string text)
    {
        if (UnixSocketUrl.Path(text) is not null)
        {
            return ListenAddress.Parse(text) is UnixDomainSocketEndPoint socket ? ListenAddress.Url(socket) : null;
        }

        return Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url is { Host.Length: > 0, UserInfo.Length: 0 }
            ? url
            : null;
    }

    /// <summary>A text that is no address, for an error: without what stands before an @, which may be a password.</summary>
    public static string Hide(string text) => text.LastIndexOf('@') is var at and >= 0 ? $"***{text[at..]}" : text;

    /// <summary>The URL as people write it.</summary>
    private static string Format(Uri url) => url.Scheme == Uri.UriSchemeHttp ? url.Authority : url.ToString();
}
