using Gorb.Ipvs;

namespace Gorb.Model;

/// <summary>Client affinity: connections of one client (or client network) stay on one backend.</summary>
/// <param name="TimeoutSeconds">How long a client is remembered after its last connection.</param>
/// <param name="Netmask">How much of the client's address counts.</param>
internal readonly record struct Persistence(uint TimeoutSeconds, Netmask Netmask)
{
    /// <summary>What ipvsadm takes for a bare <c>-p</c>.</summary>
    public const uint DefaultTimeoutSeconds = 300;
}
