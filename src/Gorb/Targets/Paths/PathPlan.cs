using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Checks;

namespace Gorb.Targets.Paths;

/// <summary>Changes of paths: additions in the upward pass, removals in the downward pass.</summary>
internal class PathPlan(PathTarget target, List<PathChange> changes, Table wanted) : IRepair
{
    protected PathTarget Target => target;

    protected List<PathChange> Changes { get; set; } = changes;

    /// <summary>The table that the changes lead to.</summary>
    protected Table Wanted { get; set; } = wanted;

    public int Count => Changes.Count;

    public string EntryOf(int change) => PathChange.Describe(Changes[change].Path);

    public string Describe(int change) => Changes[change].ToString();

    public string? ServiceOf(int change, Table wanted) => wanted.Names.GetValueOrDefault(Changes[change].Path.Service);

    public bool IsContestable(int change) => Changes[change] is { IsRemoval: false, Have: not null };

    public void Keep(Predicate<int> changes) => Changes = [.. Changes.Where((_, change) => changes(change))];

    /// <summary>Gives each path that is to be added a mark.</summary>
    public bool Record()
    {
        if (Changes.Count == 0)
        {
            return false; // of most commits
        }

        var paths = new WantedPaths(Wanted);
        var missing = Changes.Where(change => !change.IsRemoval && paths.Contains(change.Path) && target.Owned.Find(change.Path) is null).ToList();
        foreach (var change in missing)
        {
            target.Own(change.Path, Wanted);
        }

        return missing.Count > 0;
    }

    public IReadOnlyList<ChangeFailure> ApplyUp(Table wanted)
    {
        if (Changes.Count == 0)
        {
            return [];
        }

        var paths = new WantedPaths(wanted);
        var failures = new List<ChangeFailure>();
        var due = new List<(int Change, PathEntry Entry)>();
        var additions = Enumerable.Range(0, Changes.Count).Where(change => !Changes[change].IsRemoval && paths.Contains(Changes[change].Path));
        foreach (var change in additions.DistinctBy(change => Changes[change].Path).Where(change => target.Marks.Find(Changes[change].Path) is null))
        {
            if (target.Owned.Find(Changes[change].Path) is { } entry)
            {
                due.Add((change, entry));
            }
            else
            {
                failures.Add(Fail(change, FailureKind.Refused, $"all of the {MarkRange.Size} firewall marks for checks by path are in use", wanted));
            }
        }

        Add(due, failures, wanted);
        return failures;
    }

    public IReadOnlyList<ChangeFailure> ApplyDown(Table wanted)
    {
        if (Changes.Count == 0)
        {
            return [];
        }

        var paths = new WantedPaths(wanted);
        var due = Enumerable.Range(0, Changes.Count).Where(change => Changes[change].IsRemoval)
            .Select(change => (Change: change, Entry: Changes[change].Stale ?? (paths.Contains(Changes[change].Path) ? null : target.Owned.Find(Changes[change].Path))))
            .Where(static removal => removal.Entry is not null).Select(static removal => (removal.Change, Entry: removal.Entry!.Value))
            .DistinctBy(static removal => removal.Entry).ToList();
        return due.Count == 0 ? [] : Remove(due, wanted);
    }

    /// <summary>Called before changes of entries are sent to the kernel.</summary>
    protected virtual void NoteSent(IEnumerable<PathEntry> entries)
    {
    }

    /// <summary>
    /// Adds the services first, and their destinations only where the kernel has taken the service: at a mark of another program it refuses the service and would add
    /// the destination to the other one's.
    /// </summary>
    private void Add(List<(int Change, PathEntry Entry)> due, List<ChangeFailure> failures, Table wanted)
    {
        NoteSent(due.Select(static addition => addition.Entry));
        var failed = new HashSet<int>();
        foreach (var isService in (bool[])[true, false])
        {
            var steps = due.Where(addition => !failed.Contains(addition.Change)).SelectMany(addition => Changes[addition.Change].Steps(addition.Entry)
                .Where(step => step is IpvsChange.AddService == isService).Select(step => (addition.Change, addition.Entry, Step: step))).ToList();
            var results = steps.Count == 0 ? [] : target.Exchange(client => client.Apply([.. steps.Select(static step => step.Step)]));
            for (var i = 0; i < results.Count; i++)
            {
                if (results[i].Error is { } error && failed.Add(steps[i].Change))
                {
                    failures.Add(Fail(steps[i].Change, error, wanted));
                    ForgetForeign(steps[i].Entry, error);
                }
            }
        }

        foreach (var (_, entry) in due.Where(addition => !failed.Contains(addition.Change)))
        {
            target.Marks.Add(entry);
        }
    }

    private List<ChangeFailure> Remove(List<(int Change, PathEntry Entry)> due, Table wanted)
    {
        foreach (var (_, entry) in due.Where(removal => target.Marks.Find(removal.Entry.Path) == removal.Entry.Mark))
        {
            target.Marks.Remove(entry.Path);
        }

        NoteSent(due.Select(static removal => removal.Entry));
        var results = target.Exchange(client => client.Apply([.. due.Select(static removal => new IpvsChange.RemoveService(removal.Entry.Key))]));
        var failures = new List<ChangeFailure>();
        for (var i = 0; i < results.Count; i++)
        {
            if (results[i].Error is null or { IsNotFound: true })
            {
                target.Owned.Drop(due[i].Entry);
            }

            if (results[i].Error is { } error)
            {
                failures.Add(Fail(due[i].Change, error, wanted));
            }
        }

        return failures;
    }

    private void ForgetForeign(PathEntry entry, IpvsException error)
    {
        if (error is { IsConflict: true, Operation: IpvsOperation.AddService })
        {
            target.Owned.DropForeign(entry);
        }
    }

    private ChangeFailure Fail(int change, IpvsException error, Table wanted)
    {
        var kind = error.IsNotFound ? FailureKind.Missing : error.IsConflict ? FailureKind.Exists : FailureKind.Refused;
        return Fail(change, kind, error.Cause ?? error.Message, wanted, error);
    }

    private ChangeFailure Fail(int change, FailureKind kind, string reason, Table wanted, IpvsException? error = null)
    {
        var path = Changes[change].Path;
        var text = $"{PathChange.Describe(path)} cannot be set up for its check (pulse.via): {reason}";
        var refusal = error is IpvsUnavailableException ? RequestException.Unavailable(error) : RequestException.Kernel((Exception?)error ?? new InvalidOperationException(reason), text);
        return new ChangeFailure(change, kind, text, refusal, FieldOf(path, wanted));
    }

    private static string? FieldOf(ProbePath path, Table wanted)
    {
        if (!wanted.Names.TryGetValue(path.Service, out var service))
        {
            return null;
        }

        var backend = wanted.Services[service].Backends.Values.FirstOrDefault(backend => backend.Spec.Key.Address.Equals(path.Destination.Key.Address));
        return backend is null ? $"services.{service}" : $"services.{service}.backends.{backend.Name}";
    }
}
