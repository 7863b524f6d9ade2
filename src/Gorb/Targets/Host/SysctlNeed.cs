namespace Gorb.Targets.Host;

/// <summary>A kernel setting that the table needs.</summary>
/// <param name="Rule">The rule that asks for it.</param>
/// <param name="Device">The network device that it belongs to; null for a setting of the host.</param>
/// <param name="Concerned">The network devices that need it; null for one that is unknown.</param>
internal sealed record SysctlNeed(SysctlRule Rule, string? Device, IReadOnlyList<string?> Concerned)
{
    /// <summary>The setting, as sysctl(8) writes it.</summary>
    public string Setting { get; } = SysctlRule.NameFor(Rule.Setting, Device);

    /// <summary>The wanted value.</summary>
    public string Value => Rule.Value;

    /// <summary>The command that sets it.</summary>
    public string Command => SysctlText.CommandFor(Setting, Value);

    /// <summary>True when the settings that are read have the wanted effect.</summary>
    /// <param name="read">Returns the value of a setting.</param>
    public bool IsMet(Func<string, string?> read) => Rule.IsMet is { } test
        ? Concerned.All(device => test(setting => read(SysctlRule.NameFor(setting, device))))
        : read(Setting) == Value;
}

internal static class SysctlText
{
    /// <summary>Returns the command that sets a setting, for a person.</summary>
    public static string CommandFor(string setting, string value) => value.Contains(' ', StringComparison.Ordinal) ? $"sysctl -w '{setting}={value}'" : $"sysctl -w {setting}={value}";
}
