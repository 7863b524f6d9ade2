namespace Gorb.Model.Checks;

/// <summary>What the command line lets health checks do.</summary>
/// <param name="Networks">Where they may go.</param>
/// <param name="ProgramFault">Returns why a check may not run the program at a path, with the remedy, or null when it may; null when no check may run a program.</param>
internal sealed record CheckLimits(CheckNetworks Networks, Func<string, string?>? ProgramFault)
{
    /// <summary>Takes every check, for reading those that were accepted before.</summary>
    public static CheckLimits OfAccepted { get; } = new(CheckNetworks.Default, static _ => null);
}
