using Gorb.Model;
using Gorb.Model.Checks;

namespace Gorb.Targets.Paths;

/// <summary>The changes that one commit makes to the paths.</summary>
internal sealed class PathBatch(PathTarget target) : PathPlan(target, [], Table.Empty), ITargetBatch
{
    private readonly HashSet<ProbePath> _sent = [];

    public void Plan(Table from, Table to, IReadOnlyCollection<string> touched)
    {
        Wanted = to;
        var (removed, added) = WantedPaths.Compare(from, to, touched);
        Add(added, isRemoval: false);
        Add(removed, isRemoval: true);
    }

    public void PlanDifference(Table before, Table after, IEnumerable<string> touched)
    {
        Wanted = after;
        var paths = new WantedPaths(after);
        var affected = touched.SelectMany(name => new[] { before.Find(name), after.Find(name) }).OfType<Service>().SelectMany(PathChecks.Of)
            .Union(_sent).Union(Changes.Select(static change => change.Path)).ToList();
        Changes = [.. affected.Select(path => paths.Contains(path) ? Restore(path) : Withdraw(path)).OfType<PathChange>()];
    }

    public bool NeedsDifference(Table before, Table after, IEnumerable<string> touched) => false;

    /// <summary>Does nothing: the next comparison removes every owned entry that is not wanted.</summary>
    public void RecordUndo(Table before)
    {
    }

    public Cause FindCause(int change, Table from, Table to, IReadOnlyCollection<string> touched)
    {
        var path = Changes[change].Path;
        var name = to.Names.GetValueOrDefault(path.Service) ?? from.Names.GetValueOrDefault(path.Service);
        return name is null || !touched.Contains(name) ? Cause.None
            : new WantedPaths(from).Contains(path) != new WantedPaths(to).Contains(path) ? Cause.Certain
            : Cause.Possible;
    }

    protected override void NoteSent(IEnumerable<PathEntry> entries) => _sent.UnionWith(entries.Select(static entry => entry.Path));

    private void Add(HashSet<ProbePath> paths, bool isRemoval)
    {
        foreach (var path in paths)
        {
            Changes.Add(new PathChange(path, isRemoval));
        }
    }

    private PathChange? Restore(ProbePath path)
    {
        if (Target.Owned.Find(path) is not { } entry)
        {
            return new PathChange(path, IsRemoval: false);
        }

        var change = new PathChange(path, IsRemoval: false, Target.Read(entry));
        return Target.NoteState(entry, isRight: change.Steps(entry).Count == 0) ? null : change;
    }

    private PathChange? Withdraw(ProbePath path)
    {
        if (Target.Owned.Find(path) is not { } entry)
        {
            return null;
        }

        if (Target.Read(entry) is not null)
        {
            return new PathChange(path, IsRemoval: true);
        }

        Target.Owned.Drop(entry);
        return null;
    }
}
