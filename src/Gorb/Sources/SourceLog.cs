using System.Collections.Concurrent;
using Gorb.Model;

namespace Gorb.Sources;

/// <summary>When each source last declared its part, and what was wrong with it then. The table does not say: a declaration that changes nothing leaves it as it is.</summary>
internal sealed class SourceLog(SteadyClock clock)
{
    /// <summary>Names come from requests: more sources than this are not remembered.</summary>
    private const int MaxSources = 1000;

    private readonly ConcurrentDictionary<string, SourceReport> _reports = new();

    /// <summary>The names of the sources that are remembered.</summary>
    public ICollection<string> Names => _reports.Keys;

    /// <summary>What is remembered of a source, or null.</summary>
    public SourceReport? Find(string source) => _reports.GetValueOrDefault(source);

    /// <summary>Declares the part of a source and remembers how that went.</summary>
    public async Task NoteAsync(string source, Func<Task> declare)
    {
        try
        {
            await declare();
            Note(source, new SourceReport(clock.Now, null));
        }
        catch (RequestException error)
        {
            Note(source, new SourceReport(Find(source)?.DeclaredAt, error.Problems is [var first, ..] ? $"{(first.Field is null ? "" : $"{first.Field} ")}{first.Text}" : error.Message));
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

/// <summary>What is remembered of a source.</summary>
/// <param name="DeclaredAt">When it last declared its part, by the steady clock; null when it did not since the start.</param>
/// <param name="Error">Why its last declaration was refused; null when it was not.</param>
internal sealed record SourceReport(DateTimeOffset? DeclaredAt, string? Error);
