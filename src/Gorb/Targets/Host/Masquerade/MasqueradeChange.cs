using Gorb.Ipvs;
using Gorb.Ipvs.Nftables;

namespace Gorb.Targets.Host.Masquerade;

/// <summary>A change of the rules.</summary>
/// <param name="Service">The service whose entry changes; null for a table whose rules other programs changed.</param>
/// <param name="Mode">The new entry; null to remove it, or a table that nothing needs.</param>
internal readonly record struct MasqueradeChange(ServiceKey? Service, MasqueradeMode? Mode)
{
    /// <summary>Whether the change is made before services are, not after.</summary>
    public bool IsUp => Mode is not null;

    public string Entry => Service is { } key ? $"masquerade of {key}" : $"table inet {MasqueradeTarget.TableName}";

    public override string ToString() => $"{(IsUp ? Service is null ? "restored" : "set" : "removed")} {Entry}";
}
