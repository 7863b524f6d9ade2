using Gorb.Model;

namespace Gorb.State;

/// <summary>Finds the backends of a service that are to be saved again.</summary>
internal static class BackendDifference
{
    /// <returns>Those that are new or differ in what is saved of them, as they are now; and those that are gone, as they were.</returns>
    public static (List<Backend> Changed, List<Backend> Removed) Of(Service before, Service after)
    {
        var (changed, removed) = (new List<Backend>(), new List<Backend>());
        foreach (var (old, now) in Backends.Pair(before.Backends, after.Backends))
        {
            if (now < 0)
            {
                removed.Add(before.Backends.Values[old]);
            }
            else if (old < 0 || Differs(before, before.Backends.Values[old], after, after.Backends.Values[now]))
            {
                changed.Add(after.Backends.Values[now]);
            }
        }

        return (changed, removed);
    }

    private static bool Differs(Service before, Backend old, Service after, Backend now) =>
        before.KeptVerdict(old) != after.KeptVerdict(now)
        || !now.IsSavedAs(old);
}
