using Gorb.Ipvs.Conntrack;

namespace Gorb.Draining;

/// <summary>Creates clients of the kernel's connection tracking. Tests replace the kernel here.</summary>
internal sealed class ConntrackFactory(Func<ConntrackClient> create)
{
    public ConntrackClient Create() => create();
}
