namespace Gorb.Model.Descriptions;

/// <summary>What is wrong with the value of a member.</summary>
/// <param name="Text">In words, with the remedy.</param>
/// <param name="GorbText">GORB's text for this mistake, where it had one.</param>
/// <param name="Shown">What is shown of the value; null shows it as it was given.</param>
internal sealed record Fault(string Text, string? GorbText = null, string? Shown = null)
{
    public static readonly Fault NoText = new("must be a text");
    public static readonly Fault NoFlag = new("must be true or false");
}
