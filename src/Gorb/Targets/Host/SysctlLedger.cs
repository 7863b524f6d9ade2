namespace Gorb.Targets.Host;

/// <summary>The value that a setting had before Gorb set it.</summary>
/// <param name="Setting">The setting, as sysctl(8) writes it.</param>
/// <param name="Value">The value.</param>
internal readonly record struct PreviousValue(string Setting, string Value);

/// <summary>The previous values of the settings that Gorb has set and not restored.</summary>
internal sealed class SysctlLedger : OwnedLedger<PreviousValue>
{
    /// <summary>Returns the previous value of a setting; null when Gorb has not set it. Can be called on any thread.</summary>
    public string? Find(string setting)
    {
        foreach (var previous in Owned)
        {
            if (previous.Setting == setting)
            {
                return previous.Value;
            }
        }

        return null;
    }

    /// <summary>Notes the value of a setting that Gorb is about to set.</summary>
    public void Note(string setting, string value)
    {
        if (Find(setting) is { } before)
        {
            Forget(new PreviousValue(setting, before));
        }

        Own(new PreviousValue(setting, value));
    }

    protected override string Write(PreviousValue key) => $"{key.Setting}={key.Value}";

    protected override PreviousValue Read(string text) => text.IndexOf('=', StringComparison.Ordinal) is var end and > 0
        ? new PreviousValue(text[..end], text[(end + 1)..])
        : throw new FormatException($"'{text}' is not a setting with its previous value");
}
