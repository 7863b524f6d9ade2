using Gorb.Model;

namespace Gorb.Tests.State;

/// <summary>A store that records commits and fails on demand, as with a full disk.</summary>
internal sealed class BrittleStore : IStateStore
{
    private readonly SortedDictionary<string, Service> _services = new(StringComparer.Ordinal);

    /// <summary>Decides whether the n-th commit (from 1) fails.</summary>
    public Func<int, bool> Fails { get; set; } = static _ => false;

    public int Commits { get; private set; }

    public IReadOnlyCollection<string> Services => _services.Keys;

    public Service? Find(string name) => _services.GetValueOrDefault(name);

    public HashSet<LedgerKey> Leftovers { get; } = [];

    public SavedState Load() => SavedState.Empty;

    public bool IsIntact => true;

    public string? TakeNotice() => null;

    public void Commit(StateDelta delta, SavedState whole)
    {
        Commits++;
        if (Fails(Commits))
        {
            throw new StateException("the disk of the state file is full", isFull: true);
        }

        foreach (var change in delta.Services)
        {
            _services.Remove(change.Name);
            if (change.After is { } after)
            {
                _services.Add(change.Name, after);
            }
        }

        Leftovers.UnionWith(delta.Left);
        Leftovers.ExceptWith(delta.Gone);
    }

    public void Dispose()
    {
    }
}
