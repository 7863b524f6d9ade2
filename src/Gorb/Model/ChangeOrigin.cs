using Gorb.Model.Merging;

namespace Gorb.Model;

/// <summary>The origin of a change: the actor that makes it and the source that declares it.</summary>
/// <param name="Actor">The client address or user for a request, or a feature of the daemon: one of <see cref="Actors"/>.</param>
/// <param name="Source">The source that declares the change: a constant of <see cref="SourceName"/> or another name. Null if no source declares it, as for a verdict.</param>
/// <param name="Authority">What the client of a request may change; null for the daemon itself, which is not limited.</param>
/// <param name="Request">The request; null for the daemon itself.</param>
/// <param name="Director">The director of the cluster at which it was made; null without a cluster, and at that director itself while it makes the change.</param>
internal readonly record struct ChangeOrigin(string Actor, string? Source = null, Authority? Authority = null, RequestTrace? Request = null, string? Director = null)
{
    /// <summary>True for changes of what is wanted. Verdicts of checks and the daemon's own bookkeeping are not audited: they are no decision of a user.</summary>
    public bool IsAudited => Request is not null || Actor is Actors.Drain or Actors.File;
}

/// <summary>The features of the daemon that make changes without a request.</summary>
internal static class Actors
{
    /// <summary>The table that several directors share.</summary>
    public const string Cluster = "cluster";

    /// <summary>The health checks.</summary>
    public const string Checks = "checks";

    /// <summary>The end of a drain.</summary>
    public const string Drain = "drain";

    /// <summary>The file given with <c>--config</c>.</summary>
    public const string File = "file";

    /// <summary>The writer, when it repairs the kernel table or the store.</summary>
    public const string Writer = "writer";
}
