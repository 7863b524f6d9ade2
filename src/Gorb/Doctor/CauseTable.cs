using Gorb.Doctor.Causes;

namespace Gorb.Doctor;

/// <summary>All causes, in the order in which they are looked for and documented.</summary>
internal static class CauseTable
{
    public static IReadOnlyList<Cause> All { get; } =
    [
        .. KernelCauses.All,
        .. ProcessCauses.All,
        .. DaemonCauses.All,
        .. SettingCauses.All,
        .. SyncCauses.All,
        .. ClusterCauses.All,
        .. AddressCauses.All,
        .. RouteCauses.All,
        .. ProbeCauses.All,
        .. FilterCauses.All,
        .. LocalCauses.All,
        .. KernelTableCauses.All,
        .. WeightCauses.All,
    ];
}
