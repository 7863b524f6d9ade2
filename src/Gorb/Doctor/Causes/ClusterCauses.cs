namespace Gorb.Doctor.Causes;

/// <summary>Causes between the directors of a cluster.</summary>
internal static class ClusterCauses
{
    public static IReadOnlyList<Cause> All { get; } =
    [
        new("peer-silent", Severity.Warning, "Virtual addresses vanish from all directors while etcd is away.",
            "A director keeps its addresses without etcd only while all others answer it directly, by UDP, and promise not to take them.",
            "Let the directors reach each other by UDP port 4673, or name the address that they reach with --peer.",
            static host => (host.Daemon?.Unreachable ?? []).Select(static reason => new Sighting(reason) { Subject = reason.Split(' ')[0] })),
    ];
}
