namespace Gorb.Model.Merging;

/// <summary>Names of sources, which declare services and backends.</summary>
internal static class SourceName
{
    /// <summary>The source of single requests and of documents without a source.</summary>
    public const string Api = "api";

    /// <summary>The source of the file given with <c>--config</c>, without a cluster.</summary>
    public const string File = "file";

    private const string FilePrefix = "file/";

    private const int MaxCharacters = 128;

    private const string DockerPrefix = "docker/";
    private const int MaxHostCharacters = 100; // a host has 64

    /// <summary>Returns why a text is not a valid source name; null if it is.</summary>
    public static string? Fault(string name) => name.Length is 0 or > MaxCharacters || name.Split('/').Any(static part => part.Length == 0 || !part.All(IsAllowed))
        ? $"must be 1 to {MaxCharacters} characters: letters, digits, '.', '_' and '-', with '/' between parts, such as docker/web1"
        : null;

    /// <summary>Returns the source name of the file of a director, which shares its table with others.</summary>
    /// <param name="director">The director's name.</param>
    public static string OfFile(string director) => Intern(FilePrefix + director);

    /// <summary>Returns the source name of the Docker link to an engine.</summary>
    /// <param name="host">The name of the engine, by default that of its host. Characters that a source name cannot contain are replaced by '-'.</param>
    public static string OfDocker(string host) =>
        Intern($"{DockerPrefix}{string.Concat(host.DefaultIfEmpty('-').Take(MaxHostCharacters).Select(static character => IsAllowed(character) ? character : '-'))}");

    /// <summary>True for the source of a Docker link. Containers of every link may join a service of one.</summary>
    public static bool IsDocker(string name) => name.StartsWith(DockerPrefix, StringComparison.Ordinal);

    /// <summary>Returns one string object per name, because thousands of backends share a name.</summary>
    public static string Intern(string name) => name switch
    {
        Api => Api,
        File => File,
        _ => string.Intern(name),
    };

    private static bool IsAllowed(char character) => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-';
}
