using System.Text.Json;
using System.Text.Json.Serialization;
using Gorb.Model;

namespace Gorb.Cli.Contexts;

/// <summary>The daemons that a user has given names, in a file of the user's configuration.</summary>
internal static class ContextFile
{
    /// <summary>The name that means no context: the daemon of this host.</summary>
    public const string None = "default";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>The path: in XDG_CONFIG_HOME, else in ~/.config.</summary>
    public static string Path => System.IO.Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } folder ? folder : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config"),
        "gorb", "contexts.json");

    /// <exception cref="SettingException">The file cannot be read, is not such a file, or could be written by others, who could send tokens elsewhere.</exception>
    public static ContextList Read()
    {
        try
        {
            return (File.GetUnixFileMode(Path) & WritableByOthers) != 0 ? throw new SettingException($"{Path} says where tokens are sent, and other users can write it: chmod 600 {Path}")
                : JsonSerializer.Deserialize(File.ReadAllText(Path), ContextJson.Default.ContextList) ?? throw new JsonException("It is empty.");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return new ContextList(null, []);
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{Path} cannot be read: {error.Message}; \"gorb context add\" makes it anew when it is removed");
        }
    }

    /// <summary>Replaces the file, for its user alone.</summary>
    /// <exception cref="SettingException">The file cannot be written.</exception>
    public static void Write(ContextList contexts)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!, OwnerOnly | UnixFileMode.UserExecute);
            var fresh = $"{Path}.{Environment.ProcessId}";
            using (var file = new FileStream(fresh, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            {
                JsonSerializer.Serialize(file, contexts, ContextJson.Default.ContextList);
            }

            File.Move(fresh, Path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{Path} cannot be written: {error.Message}");
        }
    }
}

/// <summary>The contexts of a user.</summary>
/// <param name="Current">The name of the one that verbs use; null for none.</param>
/// <param name="Contexts">The contexts by name.</param>
internal sealed record ContextList(string? Current, SortedDictionary<string, Context> Contexts)
{
    /// <summary>Finds the context for a verb.</summary>
    /// <param name="name">The name; null for the current one.</param>
    /// <returns>Null for the daemon of this host.</returns>
    /// <exception cref="SettingException">There is no such context.</exception>
    public Context? Find(string? name) => (name ?? Current) is not { } wanted || wanted == ContextFile.None ? null
        : Contexts.GetValueOrDefault(wanted) ?? throw new SettingException(
            $"there is no context '{wanted}'; known are {string.Join(", ", Contexts.Keys.Prepend(ContextFile.None))}, and \"gorb context add {wanted} URL\" makes it");
}

/// <summary>A daemon, and how to show it who one is.</summary>
/// <param name="Server">Its address, as --server has it.</param>
/// <param name="TokenFile">The file with the token; null for none.</param>
/// <param name="Ca">The file with the authority of its certificate; null for those of this host.</param>
/// <param name="Cert">The file with the client certificate; null for none.</param>
/// <param name="Key">The file with the key of the certificate; null for none.</param>
internal sealed record Context(string Server, string? TokenFile, string? Ca, string? Cert, string? Key);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(ContextList))]
internal sealed partial class ContextJson : JsonSerializerContext;
