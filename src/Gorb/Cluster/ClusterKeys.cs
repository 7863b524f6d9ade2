namespace Gorb.Cluster;

/// <summary>The keys of one cluster in etcd. A prefix ends with a slash, so that one cluster, or one service, is never the beginning of another.</summary>
/// <param name="Cluster">The name of the cluster.</param>
internal sealed record ClusterKeys(string Cluster)
{
    /// <summary>What begins every key of the cluster's table.</summary>
    public string Table => $"/gorb/{Cluster}/table/";

    /// <summary>The key that every change of the table writes: its revision is that of the table.</summary>
    public string Head => Table + "head";

    /// <summary>What begins the keys of the services' documents.</summary>
    public string Services => Table + "service/";

    /// <summary>What begins the keys that reserve a virtual address and port, or a mark, for one service.</summary>
    public string Places => Table + "place/";

    /// <summary>What begins the keys of sources.</summary>
    public string Sources => Table + "source/";

    public string Service(string name) => Services + name;

    public string Place(Ipvs.ServiceKey key) => Places + key;

    public string Source(string name) => Sources + name;

    /// <summary>The key that a director writes with each of its changes: the number of the last one. It tells what became of a change whose answer was lost.</summary>
    public string Done(string director) => $"/gorb/{Cluster}/done/{director}";
}
