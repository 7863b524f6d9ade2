using Gorb.Ipvs.Conntrack;

namespace Gorb.Draining;

/// <summary>Makes clients of the kernel's connection tracking. Tests put a table of their own behind it.</summary>
internal sealed class ConntrackFactory(Func<ConntrackClient> create)
{
    public ConntrackClient Create() => create();
}
