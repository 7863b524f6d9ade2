namespace Gorb.Cli;

/// <summary>Parses the address of a daemon: "127.0.0.1:4672", "lb.example:4672" or a full URL, "http://lb.example:4672".</summary>
internal static class DaemonUrl
{
    public static Uri? Parse(string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0
            ? url
            : null;
}
