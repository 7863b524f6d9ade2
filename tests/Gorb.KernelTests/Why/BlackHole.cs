using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Why;

/// <summary>A cause by which packets of the lab's client are lost.</summary>
/// <param name="Step">The step that must be broken.</param>
/// <param name="Services">The table, as the members of "services" of a document in YAML.</param>
/// <param name="Script">The shell script that plants the cause.</param>
/// <param name="Undo">The shell script that restores the network in any case.</param>
internal sealed record BlackHole(string Step, string Services, string Script, string Undo)
{
    /// <summary>Text that the summary must contain.</summary>
    public required string Says { get; init; }

    /// <summary>True for IPv6.</summary>
    public bool IsV6 { get; init; }

    /// <summary>True when the command of the answer must bring the client its service back.</summary>
    public bool IsMended { get; init; }

    /// <summary>What it needs from the kernel; null when every kernel has it.</summary>
    public KernelFeature? Needs { get; init; }

    public override string ToString() => $"{Step}: {Says}{(IsV6 ? " (IPv6)" : "")}";
}
