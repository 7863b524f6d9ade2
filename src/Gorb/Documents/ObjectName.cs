using Gorb.Model;

namespace Gorb.Documents;

/// <summary>Names of services and backends, restricted to characters that are safe in a path segment and readable in a log.</summary>
internal static class ObjectName
{
    private const int MaxCharacters = 255;

    /// <exception cref="RequestException">The name is invalid.</exception>
    public static string Check(string kind, string name) => Fault(name) is { } fault
        ? throw RequestException.Invalid(new Problem($"{kind} name", name.Length > MaxCharacters ? $"{name.AsSpan(0, 40)}..." : name, fault))
        : name;

    /// <summary>Returns why the name is invalid; null if it is valid.</summary>
    public static string? Fault(string name)
    {
        if (name.Length is 0 or > MaxCharacters)
        {
            return $"has {name.Length} characters; 1 to {MaxCharacters} are allowed";
        }

        // Routing leaves an encoded slash as %2F, so a percent sign may come from an attempt to pass a slash.
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
