namespace Gorb.Model.Checks;

/// <summary>An error in the settings of a check.</summary>
/// <param name="Field">The path of the member, such as <c>pulse[1].args.port</c>.</param>
/// <param name="Value">The invalid value, shortened; null for a missing one.</param>
/// <param name="Text">What is wrong and what is valid.</param>
internal sealed record PulseProblem(string Field, string? Value, string Text)
{
    /// <summary>GORB's own text for this error, if it has one.</summary>
    public string? GorbText { get; init; }

    /// <summary>An explanation shared by many problems, such as the list of known names; shown only with the first of them.</summary>
    public string? Hint { get; init; }

    /// <summary>The complete text, starting with GORB's text.</summary>
    public string Message => $"{(GorbText is null ? "" : $"{GorbText}: ")}{Text}{(Hint is null ? "" : $"; {Hint}")}";
}
