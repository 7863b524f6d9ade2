using System.IO.Enumeration;

namespace Gorb.Model;

/// <summary>The services that a token is for: those whose names match one of its patterns, in which * stands for any characters.</summary>
/// <param name="Patterns">The patterns; none stands for all services and for the host as a whole.</param>
internal sealed record ServiceScope(ValueList<string> Patterns)
{
    public static ServiceScope All { get; } = new(ValueList<string>.Empty);

    /// <summary>True for a scope without patterns, which also includes what concerns no single service.</summary>
    public bool IsAll => Patterns.Count == 0;

    public bool Includes(string service)
    {
        if (IsAll)
        {
            return true;
        }

        foreach (var pattern in Patterns)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, service, ignoreCase: false))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The patterns as text, for errors.</summary>
    public override string ToString() => string.Join(' ', Patterns);
}
