namespace Gorb.Tests.Verbs;

/// <summary>A line of a shell with a verb, and how it ends.</summary>
/// <param name="Verb">The verb with its words, as in "context add".</param>
/// <param name="Line">The line, as a person types it.</param>
/// <param name="Status">The exit status of the verb.</param>
/// <param name="Prints">A pattern of what it prints.</param>
public sealed record VerbCase(string Verb, string Line, int Status, string Prints)
{
    /// <summary>A line that runs again and again until the verb has ended, for a verb that waits for something; null for none.</summary>
    public string? Meanwhile { get; init; }

    /// <summary>What a verb prints that goes on until it is interrupted; null for one that ends by itself. Its line replaces the shell (exec), so that the signal is its own.</summary>
    public string? InterruptedAfter { get; init; }

    /// <summary>True for a verb that needs directors who share a table.</summary>
    public bool IsOfCluster { get; init; }

    /// <summary>True for a line that ends by itself.</summary>
    public bool EndsAlone => Meanwhile is null && InterruptedAfter is null;

    /// <summary>True when the verb does what it is asked for.</summary>
    public bool IsRight => Status == 0;
}
