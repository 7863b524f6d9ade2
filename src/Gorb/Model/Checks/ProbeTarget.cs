using System.Net;
using Gorb.Ipvs.Sockets;

namespace Gorb.Model.Checks;

/// <summary>The target of a probe, with all defaults filled in. Checks with equal targets share one probe.</summary>
/// <param name="Args">The settings of the check type.</param>
/// <param name="Host">The name or address to probe; a name is resolved for every probe.</param>
/// <param name="Address">The host's address if it is known; null for a name that must be resolved.</param>
/// <param name="Port">The port; 0 for probes without one.</param>
/// <param name="Timeout">The time-out from the start to the last byte. Name resolution precedes it and may take as long again.</param>
internal sealed record ProbeTarget(PulseArgs Args, string Host, IPAddress? Address, int Port, TimeSpan Timeout)
{
    /// <summary>The path of a check by path: <see cref="Address"/> is then the virtual address. Null for a direct check.</summary>
    public ProbePath? Path { get; init; }

    /// <summary>Whether the backend itself is at a loopback address: only then may its checks go to this host without --allow-check.</summary>
    public bool IsBackendLocal { get; init; }

    /// <summary>The mark and the source of the packets of a probe by path, set when the probe starts; null for a direct check.</summary>
    public MarkedSource? Origin { get; init; }

    /// <summary>The host in URL form: an IPv6 address in brackets, without its scope, which has a meaning only on this machine.</summary>
    public string UrlHost => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host.Split('%')[0]}]" : Host;
}
