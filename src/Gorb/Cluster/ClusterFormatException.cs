namespace Gorb.Cluster;

/// <summary>A document in etcd cannot be used by this version. The director keeps what it has; nothing is guessed.</summary>
internal sealed class ClusterFormatException(string message, Exception? inner = null) : Exception(message, inner);
