using System.Net;

namespace Gorb.Leases;

/// <summary>The keys of a cluster's addresses in etcd. All but those of drained directors end with the lease of a director.</summary>
/// <param name="Cluster">The name of the cluster.</param>
internal sealed record LeaseKeys(string Cluster)
{
    /// <summary>What begins all of them.</summary>
    public string All => $"/gorb/{Cluster}/lease/";

    /// <summary>What begins the keys of addresses; the value is the director that holds it.</summary>
    public string Addresses => All + "vip/";

    /// <summary>What begins the keys of directors that may hold addresses; the value is the priority.</summary>
    public string Candidates => All + "candidate/";

    /// <summary>What begins the keys of directors that hold nothing until an operator resumes them; the value is empty.</summary>
    public string AllDrained => All + "drained/";

    public string Drained(string director) => AllDrained + director;

    public string Address(IPAddress address) => Addresses + address;

    public string Candidate(string director) => Candidates + director;
}
