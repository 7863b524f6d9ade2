namespace Gorb.Model.Merging;

/// <summary>Names of sources: who declares services and backends.</summary>
internal static class SourceName
{
    /// <summary>Single requests, and documents that name no source.</summary>
    public const string Api = "api";

    /// <summary>The file of <c>--config</c>.</summary>
    public const string File = "file";

    private const int MaxCharacters = 128;

    private const string DockerPrefix = "docker/";
    private const int MaxHostCharacters = 100; // a host has 64

    /// <summary>Why a text cannot name a source, or null when it can.</summary>
    public static string? Fault(string name) => name.Length is 0 or > MaxCharacters || name.Split('/').Any(static part => part.Length == 0 || !part.All(IsAllowed))
        ? $"must be 1 to {MaxCharacters} characters: letters, digits, '.', '_' and '-', with '/' between parts, such as docker/web1"
        : null;

    /// <summary>The source of the Docker link of an engine.</summary>
    /// <param name="host">The engine's name, which is its host's unless somebody chose another; what no source may be called is replaced.</param>
    public static string OfDocker(string host) =>
        Intern($"{DockerPrefix}{string.Concat(host.DefaultIfEmpty('-').Take(MaxHostCharacters).Select(static character => IsAllowed(character) ? character : '-'))}");

    /// <summary>True for the source of a Docker link: a service of one link is open to the containers of all.</summary>
    public static bool IsDocker(string name) => name.StartsWith(DockerPrefix, StringComparison.Ordinal);

    /// <summary>One object for each name, since ten thousand backends have the same.</summary>
    public static string Intern(string name) => name switch
    {
        Api => Api,
        File => File,
        _ => string.Intern(name),
    };

    private static bool IsAllowed(char character) => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-';
}
