namespace Gorb.Cluster;

/// <summary>The keys of one cluster in etcd. A prefix ends with a slash, so that one cluster, or one service, is never the beginning of another.</summary>
/// <param name="Cluster">The name of the cluster.</param>
internal sealed record ClusterKeys(string Cluster)
{
    /// <summary>What begins every key of the cluster's table.</summary>
    public string Table => $"/gorb/{Cluster}/table/";

    /// <summary>The key that every change of the table writes: its revision is that of the table.</summary>
    public string Head => Table + "head";

    /// <summary>The key with the table's identity. It tells a table that was emptied by its users from an etcd that was set up anew.</summary>
    public string Identity => Table + "identity";

    /// <summary>The key that makes staged documents count, all at one revision. It is there until they are at their own keys.</summary>
    public string Committed => Table + "committed";

    /// <summary>What begins the keys of documents of changes that are too large for one transaction.</summary>
    public string AllStaged => Table + "staged/";

    /// <summary>What begins the keys of the services' documents.</summary>
    public string Services => Table + "service/";

    /// <summary>What begins the keys that reserve a virtual address and port, or a mark, for one service.</summary>
    public string Places => Table + "place/";

    /// <summary>What begins the keys of sources.</summary>
    public string Sources => Table + "source/";

    /// <summary>What begins the keys by which directors tell of themselves, under their leases.</summary>
    public string Directors => $"/gorb/{Cluster}/director/";

    /// <summary>True for the keys of documents, which make the table.</summary>
    public bool IsDocument(string key) => key.StartsWith(Services, StringComparison.Ordinal) || key.StartsWith(Places, StringComparison.Ordinal) || key.StartsWith(Sources, StringComparison.Ordinal);

    public string Service(string name) => Services + name;

    public string Place(Ipvs.ServiceKey key) => Places + key;

    public string Source(string name) => Sources + name;

    public string Director(string name) => Directors + name;

    /// <summary>What begins the keys of a director's runs.</summary>
    public string AllDone(string director) => $"/gorb/{Cluster}/done/{director}/";

    /// <summary>The key that a run of a director's daemon writes with each of its changes: the number of the last one. It tells what became of a change whose answer was lost.</summary>
    public string Done(string director, string run) => AllDone(director) + run;

    /// <summary>What begins the keys of a director's staged documents.</summary>
    public string StagedBy(string director) => $"{AllStaged}{director}/";

    /// <summary>What begins the keys of what is staged of one change.</summary>
    public string Staged(string change) => $"{AllStaged}{change}/";

    /// <summary>What begins the keys of the bundles of one change's staged documents.</summary>
    public string AllBundles(string change) => Staged(change) + "bundle/";
}
