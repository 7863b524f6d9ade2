namespace Gorb.Doctor;

/// <summary>One place where a cause was seen.</summary>
/// <param name="Seen">What was seen, with names and values.</param>
/// <param name="Command">A shell command that mends it, ready to be pasted; null when only a person can decide what to do.</param>
internal sealed record Sighting(string Seen, string? Command = null)
{
    /// <summary>The severity here, where it differs from the cause's.</summary>
    public Severity? Severity { get; init; }

    /// <summary>The service (web), backend (web/b1), address or setting; null for the host as a whole.</summary>
    public string? Subject { get; init; }
}
