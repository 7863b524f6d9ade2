namespace Gorb.Model.Descriptions;

/// <summary>An error in the value of a member.</summary>
/// <param name="Text">The error and the remedy.</param>
/// <param name="GorbText">GORB's text for this error; null if GORB has none.</param>
/// <param name="Shown">The value to show in the error; null for the value as given.</param>
internal sealed record Fault(string Text, string? GorbText = null, string? Shown = null)
{
    public static readonly Fault NoText = new("must be a text");
    public static readonly Fault NoFlag = new("must be true or false");
}
