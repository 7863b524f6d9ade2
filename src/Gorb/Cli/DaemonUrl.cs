namespace Gorb.Cli;

/// <summary>Reads where another daemon is: "127.0.0.1:4672", "lb.example:4672" or a whole URL, "http://lb.example:4672".</summary>
internal static class DaemonUrl
{
    public static Uri? Parse(string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0
            ? url
            : null;
}
