using Gorb.Model;
using Gorb.Platform;

namespace Gorb.Cli;

/// <summary>Finds the token that a verb or the Docker link sends: the file of <c>--token-file</c>, else the environment.</summary>
internal static class ServerToken
{
    /// <summary>The environment variable with a token.</summary>
    public const string Variable = SecretVariables.Token;

    /// <summary>The environment variable with the daemon's first token.</summary>
    public const string FirstVariable = SecretVariables.FirstToken;

    /// <summary>The environment variable with the path of a file that holds a token.</summary>
    public const string FileVariable = "GORB_TOKEN_FILE";

    /// <summary>The path in the environment; null for none.</summary>
    public static string? DefaultFile => Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } path ? path : null;

    /// <summary>The daemon's first token in the environment; null for none.</summary>
    public static string? First => Environment.GetEnvironmentVariable(FirstVariable)?.Trim() is { Length: > 0 } token ? token : null;

    /// <param name="file">The path on the command line; null for none.</param>
    /// <returns>The token; null when there is none.</returns>
    /// <exception cref="SettingException">The file cannot be used.</exception>
    public static string? Read(string? file) =>
        file is not null ? SecretFile.Read(file)
        : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } token ? token
        : DefaultFile is { } path ? SecretFile.Read(path)
        : null;
}
