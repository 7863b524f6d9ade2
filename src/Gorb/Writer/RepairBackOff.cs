using Gorb.Targets;

namespace Gorb.Writer;

/// <summary>
/// Detects contested entries and delays their repair. An entry is contested when another program changes it back after each repair, such as a second Gorb that
/// wants the same service with other settings. An entry that is missing as a whole is always repaired, with everything that belongs to it. For the writer's thread
/// only, except <see cref="Contested"/>.
/// </summary>
internal sealed class RepairBackOff(TimeProvider time)
{
    /// <summary>The number of repairs of one entry, each within <see cref="Window"/> of the previous one, that make it contested.</summary>
    private const int MaxRepairs = 3;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MinPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(16);

    private readonly Dictionary<string, Record> _records = new(StringComparer.Ordinal);
    private volatile IReadOnlyCollection<string> _contested = [];

    /// <summary>The contested entries, described in words. Can be read on any thread.</summary>
    public IReadOnlyCollection<string> Contested => _contested;

    /// <summary>Removes from a repair the changes of contested entries whose pause has not ended.</summary>
    public void Delay(IRepair repair)
    {
        if (_contested.Count > 0)
        {
            repair.Keep(change => !repair.IsContestable(change) || !IsPaused(repair.EntryOf(change)));
        }
    }

    /// <summary>Records the result of a comparison.</summary>
    /// <param name="found">The entries that differed.</param>
    /// <param name="repaired">The entries among them that were repaired and can be contested.</param>
    /// <returns>The entries that have just become contested.</returns>
    public IReadOnlyList<string> Note(IReadOnlySet<string> found, IEnumerable<string> repaired)
    {
        if (found.Count == 0 && _records.Count == 0)
        {
            return [];
        }

        Forget(found);
        var contested = new List<string>();
        foreach (var entry in repaired.Distinct())
        {
            var record = Repaired(_records.GetValueOrDefault(entry));
            _records[entry] = record;
            if (record.Repairs == MaxRepairs)
            {
                contested.Add(entry);
            }
        }

        _contested = [.. _records.Where(static entry => entry.Value.Repairs >= MaxRepairs).Select(static entry => entry.Key)];
        return contested;
    }

    /// <summary>Forgets all contested entries, so that the next comparison repairs everything.</summary>
    public void Clear()
    {
        _records.Clear();
        _contested = [];
    }

    private bool IsPaused(string entry) => _records.TryGetValue(entry, out var record) && time.GetElapsedTime(record.RepairedAt) < record.Pause;

    /// <summary>Returns the record of an entry after one more repair.</summary>
    private Record Repaired(Record? before)
    {
        var isAgain = before is not null && (before.Repairs >= MaxRepairs || time.GetElapsedTime(before.RepairedAt) <= Window);
        var repairs = isAgain ? Math.Min(before!.Repairs, MaxRepairs) + 1 : 1;
        var pause = repairs < MaxRepairs ? TimeSpan.Zero : repairs == MaxRepairs ? MinPause : before!.Pause * 2;
        return new Record(repairs, time.GetTimestamp(), pause < MaxPause ? pause : MaxPause);
    }

    /// <summary>
    /// Forgets contested entries that have stayed as repaired for twice the pause. Once the pause is not enough, because another Gorb pauses as long as this one.
    /// </summary>
    private void Forget(IReadOnlySet<string> different)
    {
        foreach (var (entry, record) in _records.ToList())
        {
            var quiet = record.Pause * 2;
            if (!different.Contains(entry) && time.GetElapsedTime(record.RepairedAt) > (quiet > Window ? quiet : Window))
            {
                _records.Remove(entry);
            }
        }
    }

    private sealed record Record(int Repairs, long RepairedAt, TimeSpan Pause);
}
