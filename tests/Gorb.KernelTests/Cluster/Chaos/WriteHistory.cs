using System.Collections.Immutable;
using System.Globalization;

namespace Gorb.KernelTests.Cluster.Chaos;

/// <summary>What has become of a write, as far as the client knows.</summary>
internal enum Fate
{
    /// <summary>It was answered with success.</summary>
    Acknowledged,

    /// <summary>It was not answered, or the answer says that it may have been made.</summary>
    Unknown,

    /// <summary>It was refused.</summary>
    Refused,
}

/// <summary>A write of one backend.</summary>
/// <param name="Backend">The backend.</param>
/// <param name="Weight">Its weight, which no other write has; null when it is deleted.</param>
/// <param name="Director">The director that was asked.</param>
/// <param name="Began">When it was sent.</param>
/// <param name="Ended">When it was answered.</param>
/// <param name="Fate">What has become of it.</param>
internal sealed record Write(string Backend, int? Weight, string Director, TimeSpan Began, TimeSpan Ended, Fate Fate)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Began.TotalSeconds:0.000}..{Ended.TotalSeconds:0.000} {Director} {Backend} = {(Weight is null ? "nothing" : Weight)}: {Fate}");
}

/// <summary>All writes of a round, and what they allow the table to be. Thread-safe.</summary>
internal sealed class WriteHistory
{
    private readonly Lock _lock = new();
    private ImmutableList<Write> _writes = [];

    /// <summary>How many writes were acknowledged, in all rounds.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>How many may have been made or not, in all rounds.</summary>
    public int Unknown { get; private set; }

    public void Add(Write write)
    {
        lock (_lock)
        {
            _writes = _writes.Add(write);
            Acknowledged += write.Fate == Fate.Acknowledged ? 1 : 0;
            Unknown += write.Fate == Fate.Unknown ? 1 : 0;
        }
    }

    /// <summary>
    /// Compares the table with the history: what a backend is was written by a write that was not refused, and after whose end no other one was acknowledged that began later. A write
    /// whose end is not known may be made at any time.
    /// </summary>
    /// <param name="last">The weight of each backend that is there.</param>
    /// <returns>What contradicts it; empty when nothing does.</returns>
    public IReadOnlyList<string> FindContradictions(IReadOnlyDictionary<string, int> last)
    {
        lock (_lock)
        {
            return
            [
                .. _writes.GroupBy(static write => write.Backend).Where(writes => !IsExplained(last.TryGetValue(writes.Key, out var weight) ? weight : null, [.. writes]))
                    .Select(writes => $"{writes.Key} is {(last.TryGetValue(writes.Key, out var weight) ? weight : "not there")} after\n{string.Join('\n', writes.OrderBy(static write => write.Began))}"),
                .. last.Keys.Where(backend => !_writes.Exists(write => write.Backend == backend)).Select(static backend => $"{backend} is there, and was never written"),
            ];
        }
    }

    /// <summary>Begins a new round at a table that was compared.</summary>
    public void Restart(IEnumerable<string> backends, IReadOnlyDictionary<string, int> table, TimeSpan now)
    {
        lock (_lock)
        {
            _writes = [.. backends.Select(backend => new Write(backend, table.TryGetValue(backend, out var weight) ? weight : null, "all", now, now, Fate.Acknowledged))];
        }
    }

    private static bool IsExplained(int? last, IReadOnlyList<Write> writes) => writes.Any(write => write.Weight == last && write.Fate switch
    {
        Fate.Unknown => true,
        Fate.Acknowledged => !writes.Any(other => other.Fate == Fate.Acknowledged && other.Began > write.Ended),
        _ => false,
    });
}
