using Gorb.Model.Text;

namespace Gorb.Model;

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Field">The member, with its path (<c>persistence.timeout</c>); null when no single one is to blame.</param>
/// <param name="Value">What was given; null when nothing was.</param>
/// <param name="Text">What is wrong with it and what to do instead.</param>
internal sealed record Problem(string? Field, object? Value, string Text)
{
    /// <summary>GORB's text for this mistake, where it had one.</summary>
    public string? GorbText { get; init; }

    /// <summary>What many problems of a request have in common, such as the names that are known: told beside the first of them.</summary>
    public string? Hint { get; init; }

    /// <summary>Where it stands in a document; null for a body of a few members.</summary>
    public TextPosition? Place { get; init; }
}
