using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Checks;

namespace Gorb.Targets.Paths;

/// <summary>The paths that a table wants. Looks at a service when it is first asked for.</summary>
internal sealed class WantedPaths(Table table)
{
    private readonly Dictionary<ServiceKey, HashSet<ProbePath>> _paths = [];

    public bool Contains(ProbePath path)
    {
        if (!_paths.TryGetValue(path.Service, out var paths))
        {
            _paths.Add(path.Service, paths = table.Names.TryGetValue(path.Service, out var name) ? [.. PathChecks.Of(table.Services[name])] : []);
        }

        return paths.Contains(path);
    }

    /// <summary>Returns the paths that differ between two tables. A backend whose settings are the same object in both is not looked at.</summary>
    /// <param name="from">The current table.</param>
    /// <param name="to">The table to be reached.</param>
    /// <param name="touched">Names of the services that may differ.</param>
    public static (HashSet<ProbePath> Removed, HashSet<ProbePath> Added) Compare(Table from, Table to, IEnumerable<string> touched)
    {
        var (had, has) = (new HashSet<ProbePath>(), new HashSet<ProbePath>());
        foreach (var name in touched)
        {
            var (before, after) = (from.Find(name), to.Find(name));
            if ((before is null || !PathChecks.Uses(before)) && (after is null || !PathChecks.Uses(after)))
            {
                continue;
            }

            var isSame = before is not null && after is not null && before.Spec.Key == after.Spec.Key && before.Spec.Pulse == after.Spec.Pulse;
            foreach (var (old, now) in Backends.Pair(before?.Backends ?? Backends.None, after?.Backends ?? Backends.None))
            {
                if (!(isSame && old >= 0 && now >= 0 && ReferenceEquals(before!.Backends.Values[old].Spec, after!.Backends.Values[now].Spec)))
                {
                    Add(before, old, had);
                    Add(after, now, has);
                }
            }
        }

        if (had.Count > 0 && has.Count > 0)
        {
            var kept = had.Intersect(has).ToList();
            had.ExceptWith(kept);
            has.ExceptWith(kept);
        }

        return (had, has);
    }

    private static void Add(Service? service, int backend, HashSet<ProbePath> paths)
    {
        if (backend >= 0)
        {
            paths.UnionWith(PathChecks.Of(service!.Spec, service.Backends.Values[backend].Spec));
        }
    }
}
