namespace Gorb.Targets.Ipvs;

/// <summary>The limits of this host's kernel. The default is a kernel without limits.</summary>
/// <param name="KeepsPersistentClients">The kernel keeps sending persistent clients to a destination of weight 0, because net.ipv4.vs.expire_quiescent_template is not 1.</param>
internal readonly record struct KernelLimits(bool KeepsPersistentClients);
