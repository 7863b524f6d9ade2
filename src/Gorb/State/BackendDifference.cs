using Gorb.Balancing;

namespace Gorb.State;

/// <summary>Finds the backends of a service that are to be saved again.</summary>
internal static class BackendDifference
{
    /// <returns>Those that are new or differ in what is saved of them, as they are now; and those that are gone, as they were.</returns>
    public static (List<Backend> Changed, List<Backend> Removed) Of(Backends before, Backends after)
    {
        var (changed, removed) = (new List<Backend>(), new List<Backend>());
        foreach (var (old, now) in Backends.Pair(before, after))
        {
            if (now < 0)
            {
                removed.Add(before.Values[old]);
            }
            else if (old < 0 || Differs(before.Values[old], after.Values[now]))
            {
                changed.Add(after.Values[now]);
            }
        }

        return (changed, removed);
    }

    /// <summary>What checks say is not saved.</summary>
    private static bool Differs(Backend old, Backend now) =>
        !ReferenceEquals(old, now) && (old.Since != now.Since || (!ReferenceEquals(old.Spec, now.Spec) && old.Spec != now.Spec));
}
