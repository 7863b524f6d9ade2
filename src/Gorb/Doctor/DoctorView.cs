using System.Text.Json.Serialization;

namespace Gorb.Doctor;

/// <summary>What the doctor found.</summary>
/// <param name="Errors">How many findings are errors.</param>
/// <param name="Warnings">How many are warnings.</param>
/// <param name="Notes">How many are notes.</param>
/// <param name="Causes">How many causes were looked for.</param>
/// <param name="Findings">The findings, the worst first.</param>
internal sealed record DoctorView(int Errors, int Warnings, int Notes, int Causes, IReadOnlyList<FindingView> Findings);

/// <summary>A finding.</summary>
/// <param name="Severity">error, warning or note.</param>
/// <param name="Code">The stable code of its cause; docs/troubleshooting.md lists them.</param>
/// <param name="Subject">The service (web), backend (web/b1), address or setting; absent for the host as a whole.</param>
/// <param name="Seen">What was seen.</param>
/// <param name="Why">Why it hurts.</param>
/// <param name="Remedy">What mends it, in words.</param>
/// <param name="Command">A shell command that mends it, ready to be pasted; absent when only a person can decide.</param>
internal sealed record FindingView(string Severity, string Code, string? Subject, string Seen, string Why, string Remedy, string? Command);

/// <summary>The serializer of the doctor's answers, generated at build time because native AOT has no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    IndentCharacter = '\t',
    IndentSize = 1)]
[JsonSerializable(typeof(DoctorView))]
internal sealed partial class DoctorJson : JsonSerializerContext
{
    /// <summary>The serializer for texts that people read in a terminal.</summary>
    public static DoctorJson Plain => field ??= new(TerminalJson.OptionsOf(Default));
}
