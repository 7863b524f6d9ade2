using Gorb.Model;

namespace Gorb.Writer;

/// <summary>Refuses a change that makes the table grow beyond a limit. A table that is larger, because the limit was lowered, may shrink and change.</summary>
internal static class LimitCheck
{
    /// <exception cref="RequestException">The table would be larger than a limit.</exception>
    public static void Check(Transaction transaction, Limits limits)
    {
        if (transaction.IsFollowed)
        {
            return;
        }

        var (before, after) = (transaction.Before, transaction.After);
        Check(Limits.ServicesName, before.Services.Count, after.Services.Count, limits.Services);
        Check(Limits.BackendsName, before.Size.Backends, after.Size.Backends, limits.Backends);
        Check(Limits.ChecksName, before.Size.Checks, after.Size.Checks, limits.Checks);
        Check(Limits.SourcesName, before.Declarations.Sources.Count, after.Declarations.Sources.Count, limits.Sources);
    }

    private static void Check(string name, int before, int after, int max)
    {
        if (after > max && after > before)
        {
            throw RequestException.Limited(name, $"there would be {after} {name}, and {max} are allowed ({Limits.Option(name, max)}); remove some, or start the daemon with a higher limit");
        }
    }
}
