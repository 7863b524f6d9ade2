using Gorb.Model;

namespace Gorb.Documents;

/// <summary>Names of services and backends: what can stand between two slashes of a path and be read in a log.</summary>
internal static class ObjectName
{
    private const int MaxCharacters = 255;

    /// <exception cref="RequestException">The name cannot be used.</exception>
    public static string Check(string kind, string name) => Fault(name) is { } fault
        ? throw RequestException.Invalid(new Problem($"{kind} name", name.Length > MaxCharacters ? $"{name.AsSpan(0, 40)}..." : name, fault))
        : name;

    /// <summary>Why the name cannot be used, or null when it can.</summary>
    public static string? Fault(string name)
    {
        if (name.Length is 0 or > MaxCharacters)
        {
            return $"has {name.Length} characters; 1 to {MaxCharacters} are allowed";
        }

        // Routing leaves an encoded slash as %2F, so a percent sign is a slash that somebody tried to bring in.
        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && (char.IsControl(character) || char.IsWhiteSpace(character) || character is '/' or '\\' or '%'))
            {
                return "must not hold slashes, percent signs, white space or control characters";
            }
        }

        return null;
    }
}
