using Gorb.Balancing;

namespace Gorb.State;

/// <summary>Finds the backends of a service that are to be saved again.</summary>
internal static class BackendDifference
{
    /// <returns>Those that are new or differ in what is saved of them, as they are now; and those that are gone, as they were.</returns>
    public static (List<Backend> Changed, List<Backend> Removed) Of(Backends before, Backends after)
    {
        var (changed, removed) = (new List<Backend>(), new List<Backend>());
        var (old, now) = (before.Values, after.Values);
        var (i, j) = (0, 0);
        while (i < old.Length || j < now.Length) // both in the order of names
        {
            var order = i == old.Length ? 1 : j == now.Length ? -1 : string.CompareOrdinal(old[i].Name, now[j].Name);
            if (order < 0)
            {
                removed.Add(old[i]);
            }
            else if (order > 0 || Differs(old[i], now[j]))
            {
                changed.Add(now[j]);
            }

            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }

        return (changed, removed);
    }

    /// <summary>What checks say is not saved.</summary>
    private static bool Differs(Backend old, Backend now) =>
        !ReferenceEquals(old, now) && (old.Since != now.Since || (!ReferenceEquals(old.Spec, now.Spec) && old.Spec != now.Spec));
}
