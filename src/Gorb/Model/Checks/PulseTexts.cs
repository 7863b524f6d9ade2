namespace Gorb.Model.Checks;

/// <summary>GORB's error texts about checks; its clients may match them.</summary>
internal static class PulseTexts
{
    public const string UnknownType = "specified pulse type is unknown";
    public const string IntervalNotPositive = "pulse interval must be positive";
    public const string InvalidInterval = "invalid interval format";
}
