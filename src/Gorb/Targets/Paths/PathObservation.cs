using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Targets.Ipvs;

namespace Gorb.Targets.Paths;

/// <summary>The services of Gorb's marks at the time they were read.</summary>
internal sealed class PathObservation(PathTarget target, IReadOnlyDictionary<ServiceKey, KernelService> kernel) : IObservation
{
    public IRepair Plan(Table wanted)
    {
        var changes = new List<PathChange>();
        var paths = new WantedPaths(wanted);
        foreach (var entry in target.Owned.Owned)
        {
            var isWanted = target.Owned.Find(entry.Path) == entry && paths.Contains(entry.Path);
            if ((isWanted ? Compare(entry) : Withdraw(entry)) is { } change)
            {
                changes.Add(change);
            }
        }

        changes.AddRange(wanted.Services.Values.Where(PathChecks.Uses).SelectMany(PathChecks.Of).Where(path => target.Owned.Find(path) is null).Select(static path => new PathChange(path, IsRemoval: false)));
        return new PathPlan(target, changes, wanted);
    }

    private PathChange? Compare(PathEntry entry)
    {
        var change = new PathChange(entry.Path, IsRemoval: false, kernel.GetValueOrDefault(entry.Key));
        return target.NoteState(entry, isRight: change.Steps(entry).Count == 0) ? null : change;
    }

    private PathChange? Withdraw(PathEntry entry)
    {
        if (kernel.TryGetValue(entry.Key, out var have))
        {
            return new PathChange(entry.Path, IsRemoval: true, have) { Stale = entry };
        }

        target.Owned.Drop(entry);
        return null;
    }
}
