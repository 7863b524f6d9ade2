using Gorb.Ipvs;

namespace Gorb.Targets.Ipvs;

/// <summary>Makes clients of the kernel's IPVS: one for the writer, others for readers. Tests put a scripted kernel behind it.</summary>
/// <param name="create">Makes a client.</param>
/// <param name="snapshot">Reads what the kernel prints of its table; null where nothing does.</param>
internal sealed class IpvsClientFactory(Func<IIpvsClient> create, Func<IReadOnlyList<ServiceSummary>>? snapshot = null)
{
    public Func<IReadOnlyList<ServiceSummary>>? ReadSnapshot => snapshot;

    public IIpvsClient Create() => create();
}
