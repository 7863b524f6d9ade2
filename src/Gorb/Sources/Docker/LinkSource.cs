namespace Gorb.Sources.Docker;

/// <summary>The sources that Docker links declare: "docker/HOST".</summary>
internal static class LinkSource
{
    private const string Prefix = "docker/";
    private const int MaxHostCharacters = 100; // a host has 64; the name of a source may have 128

    /// <summary>The source of the link of an engine.</summary>
    /// <param name="engine">The engine's name, which is its host's unless somebody chose another; what no source may be called is replaced.</param>
    public static string Of(string engine)
    {
        var host = string.Concat(engine.Take(MaxHostCharacters).Select(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' ? letter : '-'));
        return $"{Prefix}{(host.Length == 0 ? "-" : host)}";
    }

    /// <summary>Whether a source is some link's: a service of one link is open to the containers of all.</summary>
    public static bool IsLink(string source) => source.StartsWith(Prefix, StringComparison.Ordinal);
}
