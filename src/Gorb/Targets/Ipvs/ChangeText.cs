using Gorb.Ipvs;

namespace Gorb.Targets.Ipvs;

/// <summary>Describes changes of the kernel's table for the log.</summary>
internal static class ChangeText
{
    public static string Of(IpvsChange change) => change switch
    {
        IpvsChange.AddService => $"added {change.Service}",
        IpvsChange.UpdateService => $"set {change.Service}",
        IpvsChange.RemoveService => $"removed {change.Service}",
        IpvsChange.AddDestination added => $"added {added.Settings.Key} to {change.Service}",
        IpvsChange.UpdateDestination updated => $"set {updated.Settings.Key} of {change.Service}",
        IpvsChange.RemoveDestination removed => $"removed {removed.Key} from {change.Service}",
        _ => change.ToString(),
    };

    /// <summary>Describes an entry of the kernel's table.</summary>
    public static string Of(KernelKey key) => key.Destination is { } destination ? $"{destination} of {key.Service}" : $"{key.Service}";
}
