namespace Gorb.Model.Checks;

/// <summary>Something wrong with a check as it was given.</summary>
/// <param name="Field">Where it stands, such as <c>pulse[1].args.port</c>.</param>
/// <param name="Value">What stands there, shortened, or null for nothing.</param>
/// <param name="Text">What is wrong and what would be right.</param>
internal sealed record PulseProblem(string Field, string? Value, string Text)
{
    /// <summary>GORB's own text for this error, when it has one.</summary>
    public string? GorbText { get; init; }

    /// <summary>What many problems have in common, such as the names that are known: told beside the first of them.</summary>
    public string? Hint { get; init; }

    /// <summary>The whole text, GORB's words first.</summary>
    public string Message => $"{(GorbText is null ? "" : $"{GorbText}: ")}{Text}{(Hint is null ? "" : $"; {Hint}")}";
}
