using Gorb.Ipvs;

namespace Gorb.Targets.Ipvs;

/// <summary>Creates clients of the kernel's IPVS: one for the writer, others for readers. Tests replace the kernel here.</summary>
/// <param name="create">Creates a client.</param>
/// <param name="snapshot">Reads the kernel's printed summary of its table; null when there is none.</param>
internal sealed class IpvsClientFactory(Func<IIpvsClient> create, Func<IReadOnlyList<ServiceSummary>>? snapshot = null)
{
    public Func<IReadOnlyList<ServiceSummary>>? ReadSnapshot => snapshot;

    public IIpvsClient Create() => create();
}
