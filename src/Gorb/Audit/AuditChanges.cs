using Gorb.Documents;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Model.Text;

namespace Gorb.Audit;

/// <summary>Finds what an accepted request has changed, for the audit.</summary>
internal static class AuditChanges
{
    /// <summary>The number of objects whose members are shown. To show those of ten thousand backends takes several times as long as to change them.</summary>
    public const int MaxDetailed = 1000;

    /// <summary>The number of changes that a line of the log names.</summary>
    private const int MaxLogged = 3;

    private const int MaxSmallServices = 4;
    private const int MaxSmallGrowth = 64;

    /// <summary>True for a request whose objects are found in less time than a thread takes to wake.</summary>
    public static bool IsSmall(AuditedChange change)
    {
        if (change.Touched.Count > MaxSmallServices)
        {
            return false;
        }

        foreach (var name in change.Touched)
        {
            if (Math.Abs(Count(change.Before, name) - Count(change.After, name)) > MaxSmallGrowth)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Finds the objects that differ, services first in the order of their names; none if nothing differs that anybody has decided.</summary>
    public static IReadOnlyList<ObjectDifference> Find(AuditedChange change)
    {
        var found = new List<ObjectDifference>();
        foreach (var name in change.Touched.Count == 1 ? (IEnumerable<string>)change.Touched : change.Touched.Order(StringComparer.Ordinal))
        {
            AddService(found, name, change.Before.Find(name), change.After.Find(name));
        }

        AddClaims(found, change);
        AddTokens(found, change);
        return found;
    }

    /// <summary>Returns the changes, the first ones with their members, and those of the first service whole.</summary>
    public static IReadOnlyList<AuditChange> Show(IReadOnlyList<ObjectDifference> objects)
    {
        var data = new List<AuditChange>(objects.Count);
        var first = objects.Count > MaxDetailed ? ServiceOf(objects[0]) : null;
        for (var i = 0; i < objects.Count; i++)
        {
            if ((i < MaxDetailed || (first is not null && ServiceOf(objects[i]) == first) ? objects[i].Show() : objects[i].Name()) is { } shown)
            {
                data.Add(shown);
            }
        }

        return data;
    }

    /// <summary>Returns the changes without their members.</summary>
    /// <param name="objects">The objects.</param>
    /// <param name="more">The number of objects that are left out; null for none.</param>
    public static IReadOnlyList<AuditChange> Brief(IReadOnlyList<ObjectDifference> objects, out int? more)
    {
        more = objects.Count > MaxLogged ? objects.Count - MaxLogged : null;
        return [.. objects.Take(MaxLogged).Select(static one => one.Name())];
    }

    /// <summary>Describes the first changes in words, for a line of the log.</summary>
    /// <param name="objects">The objects.</param>
    /// <param name="maxWords">The maximum length of the description of one.</param>
    /// <returns>An empty text if nothing differs that is shown.</returns>
    public static string Summarize(IReadOnlyList<ObjectDifference> objects, int maxWords)
    {
        var words = new List<string>(MaxLogged);
        var seen = 0;
        for (; seen < objects.Count && words.Count < MaxLogged; seen++)
        {
            if (objects[seen].Describe() is { } change)
            {
                words.Add(PlainText.Shorten(change, maxWords));
            }
        }

        return $"{string.Join("; ", words)}{(seen < objects.Count ? $"; and {objects.Count - seen} more" : "")}";
    }

    private static int Count(Table table, string service) => table.Find(service)?.Backends.Count ?? 0;

    private static string? ServiceOf(ObjectDifference change) => change switch
    {
        ServiceDifference one => one.Service,
        BackendDifference one => one.Service,
        _ => null,
    };

    private static void AddService(List<ObjectDifference> found, string name, Service? from, Service? to)
    {
        if (from?.Spec != to?.Spec)
        {
            found.Add(new ServiceDifference(name, from?.Spec, to?.Spec, to is null && from is not null ? from.Backends : Backends.None));
        }

        if (to is null)
        {
            return; // the removal of a service implies that of its backends
        }

        var before = from?.Backends ?? Backends.None;
        foreach (var (old, wanted) in Backends.Differing(before, to.Backends))
        {
            if (!ConfigDiff.AreAlike(old, wanted))
            {
                found.Add(new BackendDifference(name, (wanted ?? old)!.Name, old, wanted));
            }
        }
    }

    private static void AddClaims(List<ObjectDifference> found, AuditedChange change)
    {
        var (before, after) = (change.Before.Declarations, change.After.Declarations);
        if (change.Origin.Source is not { } source || ReferenceEquals(before.Claims, after.Claims))
        {
            return;
        }

        foreach (var name in change.Touched)
        {
            var (from, to) = (before.On(name).Of(source), after.On(name).Of(source));
            if (from != to)
            {
                found.Add(new ClaimDifference(to is null ? "unclaim" : "claim", name));
            }
        }
    }

    private static void AddTokens(List<ObjectDifference> found, AuditedChange change)
    {
        var (before, after) = (change.Before.Tokens, change.After.Tokens);
        if (ReferenceEquals(before, after))
        {
            return;
        }

        foreach (var name in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
        {
            var (from, to) = (before.GetValueOrDefault(name), after.GetValueOrDefault(name));
            if (from != to)
            {
                found.Add(new TokenDifference(name, from, to));
            }
        }
    }
}
