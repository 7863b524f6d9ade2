using Gorb.Ipvs;

namespace Gorb.Balancing;

/// <summary>Makes clients of the kernel's IPVS: one for the writer, others for readers. Tests put a scripted kernel behind it.</summary>
internal sealed class IpvsClientFactory(Func<IIpvsClient> create)
{
    public IIpvsClient Create() => create();
}
