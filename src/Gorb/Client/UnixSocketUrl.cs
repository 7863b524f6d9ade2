using System.Diagnostics.CodeAnalysis;

namespace Gorb.Client;

/// <summary>URLs of daemons that listen on a Unix socket: "unix:/run/gorb/gorb.sock". There is no standard for them; curl and Docker write them alike.</summary>
internal static class UnixSocketUrl
{
    public const string Prefix = "unix:";

    private const string Scheme = "unix";
    private const string EmptyHost = "//";

    /// <summary>The path in such a URL; null for any other text.</summary>
    public static string? Path(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var path = text[Prefix.Length..];
        return path.StartsWith("///", StringComparison.Ordinal) ? path[EmptyHost.Length..] : path;
    }

    /// <summary>The URL of a socket.</summary>
    public static Uri Of(string path) => new(Prefix + string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));

    /// <summary>True for such a URL.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="path">The path of the socket.</param>
    public static bool TryGetPath(Uri url, [NotNullWhen(true)] out string? path)
    {
        path = url.Scheme == Scheme ? Uri.UnescapeDataString(url.AbsolutePath) : null;
        return path is not null;
    }
}
