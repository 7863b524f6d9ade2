using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Doctor;

/// <summary>How a cause is planted on the director.</summary>
/// <param name="Code">The code that the doctor must name.</param>
/// <param name="Services">The table, as the members of "services" of a document.</param>
/// <param name="Script">The shell script that plants the cause.</param>
/// <param name="Undo">The shell script that restores the host in any case; it may fail.</param>
internal sealed record Plant(string Code, string Services, string Script, string Undo)
{
    /// <summary>The subject of the finding; null for any.</summary>
    public string? Subject { get; init; }

    /// <summary>What it needs from the kernel; null when every kernel has it.</summary>
    public KernelFeature? Needs { get; init; }

    /// <summary>True when other hosts must be asked to find it.</summary>
    public bool IsProbed { get; init; }

    /// <summary>The script that mends what only a person can decide; null when the doctor's command must do it.</summary>
    public string? Mend { get; init; }

    public override string ToString() => Subject is null ? Code : $"{Code} ({Subject})";
}
