using Gorb.Model.Text;

namespace Gorb.Model;

/// <summary>One problem of a request.</summary>
/// <param name="Field">The member as a path (<c>persistence.timeout</c>); null if no single member is at fault.</param>
/// <param name="Value">The given value; null if there is none.</param>
/// <param name="Text">The fault and the remedy.</param>
internal sealed record Problem(string? Field, object? Value, string Text)
{
    /// <summary>GORB's text for this error; null if GORB has none.</summary>
    public string? GorbText { get; init; }

    /// <summary>A text shared by many problems of a request, such as the list of known names; reported with the first of them only.</summary>
    public string? Hint { get; init; }

    /// <summary>The position in a document; null for the body of a single object.</summary>
    public TextPosition? Place { get; init; }
}
