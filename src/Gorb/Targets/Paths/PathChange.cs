using Gorb.Ipvs;
using Gorb.Model.Checks;
using Gorb.Targets.Ipvs;

namespace Gorb.Targets.Paths;

/// <summary>A change of one path in the kernel.</summary>
/// <param name="Path">The path.</param>
/// <param name="IsRemoval">True to remove its mark's service, false to make it as it should be.</param>
/// <param name="Have">The service that the kernel has at the mark; null for none.</param>
internal sealed record PathChange(ProbePath Path, bool IsRemoval, KernelService? Have = null)
{
    /// <summary>The entry to be removed, when it is not the current one of the path.</summary>
    public PathEntry? Stale { get; init; }

    /// <summary>Describes a path: "the path to 10.9.0.21:80 of tcp/10.9.0.100:80".</summary>
    public static string Describe(ProbePath path) => $"the path to {path.Destination.Key} of {path.Service}";

    public override string ToString() => $"{(IsRemoval ? "removed" : Have is null ? "added" : "set")} {Describe(Path)}";

    /// <summary>Returns the kernel's changes that make the service of an entry as it should be.</summary>
    public IReadOnlyList<IpvsChange> Steps(PathEntry entry) => Planner.Plan(Have, entry.ToKernel(), static _ => true);
}
