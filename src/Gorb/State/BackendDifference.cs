using Gorb.Model;

namespace Gorb.State;

/// <summary>Finds the backends of a service that must be saved again.</summary>
internal static class BackendDifference
{
    /// <returns>The current versions of backends that are new or whose stored form differs, and the previous versions of removed backends.</returns>
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
