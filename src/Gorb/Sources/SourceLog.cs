using System.Collections.Concurrent;
using Gorb.Model;

namespace Gorb.Sources;

/// <summary>Records the time and the error of each source's last declaration. The table lacks both, because a declaration without a difference does not change it.</summary>
internal sealed class SourceLog(SteadyClock clock)
{
    /// <summary>The maximum number of recorded sources, because requests can name any source.</summary>
    private const int MaxSources = 1000;

    private readonly ConcurrentDictionary<string, SourceReport> _reports = new();

    /// <summary>The names of the recorded sources.</summary>
    public ICollection<string> Names => _reports.Keys;

    /// <summary>The record of a source, or null.</summary>
    public SourceReport? Find(string source) => _reports.GetValueOrDefault(source);

    /// <summary>Runs a declaration and records its time and what the source itself has left out, or the error for which it was refused.</summary>
    /// <param name="source">The source.</param>
    /// <param name="declare">The declaration; returns what the source has left out, and why.</param>
    public async Task NoteAsync(string source, Func<Task<IReadOnlyList<string>>> declare)
    {
        try
        {
            var refused = await declare();
            Note(source, new SourceReport(clock.Now, null) { Refused = refused });
        }
        catch (RequestException error) when (error.Refusal != Refusal.Forbidden) // who may not declare the source says nothing about it
        {
            var former = Find(source);
            Note(source, new SourceReport(former?.DeclaredAt, error.Problems is [var first, ..] ? $"{(first.Field is null ? "" : $"{first.Field} ")}{first.Text}" : error.Message) { Refused = former?.Refused ?? [] });
            throw;
        }
    }

    private void Note(string source, SourceReport report)
    {
        if (_reports.Count < MaxSources || _reports.ContainsKey(source))
        {
            _reports[source] = report;
        }
    }
}

/// <summary>The record of a source's last declaration.</summary>
/// <param name="DeclaredAt">The time of the last accepted declaration, by the steady clock; null when there is none since the start.</param>
/// <param name="Error">The reason for which the last declaration was refused; null when it was accepted.</param>
internal sealed record SourceReport(DateTimeOffset? DeclaredAt, string? Error)
{
    /// <summary>What the source has left out of its last accepted declaration, and why.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];
}
