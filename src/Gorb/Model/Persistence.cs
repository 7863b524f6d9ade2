using Gorb.Ipvs;

namespace Gorb.Model;

/// <summary>Client affinity: connections of one client (or client network) stay on one backend.</summary>
/// <param name="TimeoutSeconds">How long a client's backend is remembered after its last connection, in seconds.</param>
/// <param name="Netmask">The mask that reduces a client address to its network.</param>
internal readonly record struct Persistence(uint TimeoutSeconds, Netmask Netmask)
{
    /// <summary>The default of ipvsadm for <c>-p</c> without a value.</summary>
    public const uint DefaultTimeoutSeconds = 300;
}
