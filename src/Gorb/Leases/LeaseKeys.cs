using System.Net;

namespace Gorb.Leases;

/// <summary>The keys of a cluster's addresses in etcd. Those of holders, candidates and peers end with the lease of a director.</summary>
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

    /// <summary>What begins the keys that say where directors are asked directly; the value is the address with the port, and the run of the daemon.</summary>
    public string Peers => All + "peer/";

    /// <summary>What begins the keys that say who held an address last, and may hold it still while etcd does not know; the value is the director.</summary>
    public string LastHolders => All + "last/";

    /// <summary>What begins the keys that say who must promise a director not to take its addresses before it keeps them without etcd; the value is the seconds of a promise, and the directors, one a line.</summary>
    public string AllVoters => All + "voters/";

    /// <summary>The key of the secret by which directors know each other's datagrams.</summary>
    public string Secret => All + "secret";

    public string Peer(string director) => Peers + director;

    public string LastHolder(IPAddress address) => LastHolders + address;

    public string Voters(string director) => AllVoters + director;

    public string Drained(string director) => AllDrained + director;

    public string Address(IPAddress address) => Addresses + address;

    public string Candidate(string director) => Candidates + director;
}
