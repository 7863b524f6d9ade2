namespace Gorb.Targets.Ipvs;

/// <summary>What the kernel of this host does not do. The default is a kernel that does all of it.</summary>
/// <param name="KeepsPersistentClients">Persistent clients go on being sent to a destination of weight 0: net.ipv4.vs.expire_quiescent_template is not 1.</param>
internal readonly record struct KernelLimits(bool KeepsPersistentClients);
