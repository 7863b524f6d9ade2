namespace Gorb.Model.Policy;

/// <summary>Which hosts have the address of a service.</summary>
internal enum VipMode
{
    /// <summary>One director of the cluster at a time, by lease. A director without a cluster always has it.</summary>
    Leased,

    /// <summary>Every director: a routing protocol leads clients to one of them.</summary>
    Everywhere,

    /// <summary>The host to which another program brings it: Gorb neither adds nor removes it.</summary>
    External,
}
