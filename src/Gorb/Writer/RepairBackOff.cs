using Gorb.Ipvs;
using Gorb.Model;

namespace Gorb.Writer;

/// <summary>
/// Recognizes kernel entries that something else changes back after each repair, such as a second Gorb that wants the same service with other settings, and
/// delays further repairs of them. A service that is missing is always repaired, with all that belongs to it. For the writer, except <see cref="Contested"/>.
/// </summary>
internal sealed class RepairBackOff(TimeProvider time)
{
    /// <summary>Repairs of one entry, each within <see cref="Window"/> of the one before, that make it contested.</summary>
    private const int MaxRepairs = 3;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MinPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(16);

    private readonly Dictionary<KernelKey, Record> _records = [];
    private volatile IReadOnlyCollection<KernelKey> _contested = [];

    /// <summary>The entries that something else keeps changing. Any thread may read them.</summary>
    public IReadOnlyCollection<KernelKey> Contested => _contested;

    /// <summary>The changes that may be sent now: those of contested entries wait for the end of their pause.</summary>
    /// <param name="changes">Everything that differs.</param>
    /// <param name="leftovers">Entries that Gorb itself has to remove; nobody contests these.</param>
    public List<IpvsChange> Due(List<IpvsChange> changes, IReadOnlySet<KernelKey> leftovers)
    {
        if (_contested.Count == 0)
        {
            return changes;
        }

        var added = Added(changes);
        return changes.FindAll(change => added.Contains(change.Service) || leftovers.Contains(Key(change)) || !IsPaused(Key(change)));
    }

    /// <summary>Takes note of a comparison.</summary>
    /// <param name="found">Everything that differed.</param>
    /// <param name="repaired">What was repaired of it.</param>
    /// <param name="leftovers">Entries that Gorb itself had to remove.</param>
    /// <returns>The entries that have just become contested.</returns>
    public IReadOnlyList<KernelKey> Note(IReadOnlyCollection<IpvsChange> found, IEnumerable<IpvsChange> repaired, IReadOnlySet<KernelKey> leftovers)
    {
        if (found.Count == 0 && _records.Count == 0)
        {
            return [];
        }

        Forget([.. found.Select(Key)]);
        var added = Added(found);
        var contested = new List<KernelKey>();
        foreach (var key in repaired.Where(change => !added.Contains(change.Service)).Select(Key).Where(key => !leftovers.Contains(key)).Distinct())
        {
            var record = Repaired(_records.GetValueOrDefault(key));
            _records[key] = record;
            if (record.Repairs == MaxRepairs)
            {
                contested.Add(key);
            }
        }

        _contested = [.. _records.Where(static entry => entry.Value.Repairs >= MaxRepairs).Select(static entry => entry.Key)];
        return contested;
    }

    /// <summary>Forgets all contests: everything is repaired at the next comparison.</summary>
    public void Clear()
    {
        _records.Clear();
        _contested = [];
    }

    private static KernelKey Key(IpvsChange change) => new(change.Service, change.Destination);

    private static HashSet<ServiceKey> Added(IEnumerable<IpvsChange> changes) => [.. changes.OfType<IpvsChange.AddService>().Select(static change => change.Service)];

    private bool IsPaused(KernelKey key) => _records.TryGetValue(key, out var record) && time.GetElapsedTime(record.RepairedAt) < record.Pause;

    /// <summary>The record of an entry after one more repair.</summary>
    private Record Repaired(Record? before)
    {
        var isAgain = before is not null && (before.Repairs >= MaxRepairs || time.GetElapsedTime(before.RepairedAt) <= Window);
        var repairs = isAgain ? Math.Min(before!.Repairs, MaxRepairs) + 1 : 1;
        var pause = repairs < MaxRepairs ? TimeSpan.Zero : repairs == MaxRepairs ? MinPause : before!.Pause * 2;
        return new Record(repairs, time.GetTimestamp(), pause < MaxPause ? pause : MaxPause);
    }

    /// <summary>An entry that stayed as it was repaired is no longer contested. It takes twice the pause, for another Gorb pauses as long as this one.</summary>
    private void Forget(HashSet<KernelKey> different)
    {
        foreach (var (key, record) in _records.ToList())
        {
            var quiet = record.Pause * 2;
            if (!different.Contains(key) && time.GetElapsedTime(record.RepairedAt) > (quiet > Window ? quiet : Window))
            {
                _records.Remove(key);
            }
        }
    }

    private sealed record Record(int Repairs, long RepairedAt, TimeSpan Pause);
}
