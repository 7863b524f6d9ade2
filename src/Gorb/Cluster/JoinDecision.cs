using Gorb.Model;

namespace Gorb.Cluster;

/// <summary>What a director does about the cluster's table.</summary>
internal enum JoinStep
{
    /// <summary>It follows the cluster's table.</summary>
    Follow,

    /// <summary>It saves its own table beside the state file, and follows the cluster's.</summary>
    Replace,

    /// <summary>It brings its own table to the cluster, which has none.</summary>
    Bring,

    /// <summary>It keeps its own table until an operator decides.</summary>
    Wait,
}

/// <summary>Decides how a director and the cluster's table come together. No table with services is given up without a word: a director rather waits and says what to do.</summary>
/// <param name="Step">What to do.</param>
/// <param name="Problem">Why it waits, and the remedies; null if it does not.</param>
internal sealed record JoinDecision(JoinStep Step, string? Problem = null)
{
    private static readonly JoinDecision Follow = new(JoinStep.Follow), Bring = new(JoinStep.Bring);

    /// <param name="cluster">The name of the cluster.</param>
    /// <param name="shared">The cluster's table.</param>
    /// <param name="own">The director's table.</param>
    /// <param name="known">The identity of the cluster's table that the director holds; null when its table is its own.</param>
    /// <param name="brings">Whether it may bring its table (--cluster-init).</param>
    /// <param name="file">The director's state file.</param>
    public static JoinDecision Of(string cluster, SharedTable shared, Table own, string? known, bool brings, string file)
    {
        if (shared.Identity is null)
        {
            return brings || (known is null && IsEmpty(own)) ? Bring
                : known is null ? Wait($"the cluster '{cluster}' has no table yet: start one director with --cluster-init, which brings its table to all")
                : Wait($"the table of cluster '{cluster}' is not in etcd any more, which was perhaps set up anew: restore etcd from a backup, or start one director with --cluster-init, which brings its table to all");
        }

        if (shared.Identity == known || IsEmpty(own) || IsSame(own, shared.Table))
        {
            return Follow;
        }

        if (IsEmpty(shared.Table))
        {
            return brings ? Bring : Wait($"the table of cluster '{cluster}' is empty, and this director has {own.Services.Count} services: start it with --cluster-init to bring them, or without its state file {file} to give them up");
        }

        return known is not null ? Wait($"the cluster '{cluster}' in etcd is another one than this director's: restore that etcd from a backup, or start the director without {file} and {file}.cluster to take the table of the new one")
            : brings ? Wait($"this director and the cluster '{cluster}' have different tables: leave out --cluster-init to take the cluster's, which saves this one beside the state file; or remove the cluster's services first to bring this one")
            : new JoinDecision(JoinStep.Replace);
    }

    private static JoinDecision Wait(string problem) => new(JoinStep.Wait, problem);

    private static bool IsEmpty(Table table) => table.Services.IsEmpty && table.Declarations.Claims.IsEmpty;

    private static bool IsSame(Table one, Table other) => one.Services.Count == other.Services.Count
        && one.Services.Values.All(service => !new ServiceChange(service.Name, service, other.Find(service.Name)).ChangesWishes);
}
