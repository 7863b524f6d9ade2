using System.Net;

namespace Gorb.Model.Checks;

/// <summary>What is probed, with everything that a check leaves open filled in. Two checks with equal targets are one probe.</summary>
/// <param name="Args">What to do.</param>
/// <param name="Host">Name or address to probe; a name is resolved at every probe.</param>
/// <param name="Address">The host's address when it is known; null for a name that is to be resolved.</param>
/// <param name="Port">The port; 0 for probes without one.</param>
/// <param name="Timeout">From the start to the last byte. A name may take as long again before.</param>
internal sealed record ProbeTarget(PulseArgs Args, string Host, IPAddress? Address, int Port, TimeSpan Timeout)
{
    /// <summary>The host as it stands in a URL: an IPv6 address in brackets, without the device that only this machine knows.</summary>
    public string UrlHost => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host.Split('%')[0]}]" : Host;
}
