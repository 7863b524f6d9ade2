namespace Gorb.Model.Merging;

/// <summary>Names of sources: who declares services and backends.</summary>
internal static class SourceName
{
    /// <summary>Single requests, and documents that name no source.</summary>
    public const string Api = "api";

    /// <summary>The file of <c>--config</c>.</summary>
    public const string File = "file";

    private const int MaxCharacters = 128;

    /// <summary>Why a text cannot name a source, or null when it can.</summary>
    public static string? Fault(string name) => name.Length is 0 or > MaxCharacters || name.Split('/').Any(static part => part.Length == 0 || !part.All(IsAllowed))
        ? $"must be 1 to {MaxCharacters} characters: letters, digits, '.', '_' and '-', with '/' between parts, such as docker/web1"
        : null;

    /// <summary>One object for each name, since ten thousand backends have the same.</summary>
    public static string Intern(string name) => name switch
    {
        Api => Api,
        File => File,
        _ => string.Intern(name),
    };

    private static bool IsAllowed(char character) => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-';
}
