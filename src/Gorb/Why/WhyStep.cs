namespace Gorb.Why;

/// <summary>What is known about one step of a packet's way.</summary>
internal enum StepResult
{
    /// <summary>The packet gets past it.</summary>
    Good,

    /// <summary>The packet is lost here.</summary>
    Broken,

    /// <summary>This host cannot see whether it gets past.</summary>
    Unknown,
}

/// <summary>A step of a packet's way.</summary>
/// <param name="Name">The step: address, entry, route and so on.</param>
/// <param name="Result">What is known.</param>
/// <param name="Seen">What was seen, as a sentence without its end.</param>
internal sealed record WhyStep(string Name, StepResult Result, string Seen)
{
    /// <summary>The backend that the step belongs to; null for the way to the service.</summary>
    public string? Backend { get; init; }

    /// <summary>A command that mends it; null when only a person can decide.</summary>
    public string? Command { get; init; }

    public static WhyStep Good(string name, string seen) => new(name, StepResult.Good, seen);

    public static WhyStep Unknown(string name, string seen) => new(name, StepResult.Unknown, seen);

    public static WhyStep Broken(string name, string seen, string? command = null) => new(name, StepResult.Broken, seen) { Command = command };
}
