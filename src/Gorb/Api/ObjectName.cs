using Gorb.Balancing;

namespace Gorb.Api;

/// <summary>Names of services and backends: what can stand between two slashes of a path and be read in a log.</summary>
internal static class ObjectName
{
    private const int MostCharacters = 255;

    /// <exception cref="RequestException">The name cannot be used.</exception>
    public static string Check(string kind, string name)
    {
        if (name.Length > MostCharacters)
        {
            throw Refuse(kind, $"{name.AsSpan(0, 40)}...", $"has {name.Length} characters; at most {MostCharacters} are allowed");
        }

        // Routing leaves an encoded slash as %2F, so a percent sign is a slash that somebody tried to bring in.
        return name.Any(character => char.IsControl(character) || char.IsWhiteSpace(character) || character is '/' or '\\' or '%')
            ? throw Refuse(kind, name, "must not hold slashes, percent signs, white space or control characters")
            : name;
    }

    private static RequestException Refuse(string kind, string name, string text) =>
        RequestException.Invalid(new Problem($"{kind} name", name, text));
}
