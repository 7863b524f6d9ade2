namespace Gorb.Logging;

/// <summary>A value of a log line that is made on the log's own thread. A line that is dropped costs nothing, and one whose deferred value is empty is left out.</summary>
/// <param name="make">Makes the text; called once.</param>
internal sealed class DeferredText(Func<string> make)
{
    private readonly Lazy<string> _text = new(() => Run(make));

    public override string ToString() => _text.Value;

    private static string Run(Func<string> make)
    {
        try
        {
            return make();
        }
        catch (Exception defect) // it must not end the log
        {
            return $"this text could not be made: {defect}";
        }
    }
}
