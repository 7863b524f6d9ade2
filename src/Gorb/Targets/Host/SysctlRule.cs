namespace Gorb.Targets.Host;

/// <summary>When a kernel setting is needed, which value, and why. A setting of a device has <see cref="DevicePart"/> in its name.</summary>
internal sealed record SysctlRule
{
    /// <summary>Stands for the device in the name of a setting.</summary>
    public const string DevicePart = "DEVICE";

    /// <summary>The setting.</summary>
    public required string Setting { get; init; }

    /// <summary>The wanted value.</summary>
    public required string Value { get; init; }

    /// <summary>What needs it.</summary>
    public required IReadOnlyList<TableFeature> Features { get; init; }

    /// <summary>What the setting achieves, as a sentence without its end.</summary>
    public required string Reason { get; init; }

    /// <summary>What happens without it, as a sentence without its end.</summary>
    public required string Loss { get; init; }

    /// <summary>Whether the daemon may set it.</summary>
    public SysctlTreatment Treatment { get; init; } = SysctlTreatment.Applied;

    /// <summary>The kernels that need it; null for all.</summary>
    public Predicate<Version>? Kernels { get; init; }

    /// <summary>Decides from the values of settings whether the kernel does what is wanted; null when the setting must have the wanted value.</summary>
    public Func<Func<string, string?>, bool>? IsMet { get; init; }

    /// <summary>Returns the name of a setting for a device. A dot in the device's name becomes a slash, as sysctl(8) writes it.</summary>
    public static string NameFor(string setting, string? device) => device is null ? setting : setting.Replace(DevicePart, device.Replace('.', '/'), StringComparison.Ordinal);
}

/// <summary>What the daemon does about a setting.</summary>
internal enum SysctlTreatment
{
    /// <summary>It is set when the operator asks for it.</summary>
    Applied,

    /// <summary>It is set unless the operator forbids it: it concerns IPVS alone.</summary>
    AppliedByDefault,

    /// <summary>It is never set, because other services of the host may rely on its value.</summary>
    Told,
}
