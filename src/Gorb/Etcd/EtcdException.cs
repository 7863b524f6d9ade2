namespace Gorb.Etcd;

/// <summary>Why a call to etcd failed.</summary>
internal enum EtcdFailure
{
    /// <summary>No member could be reached, or none has a leader; the call changed nothing.</summary>
    Unavailable,

    /// <summary>The answer was lost or came too late: the call may have changed something.</summary>
    Unknown,

    /// <summary>The asked revision is compacted.</summary>
    Compacted,

    /// <summary>The lease is expired or revoked.</summary>
    LeaseLost,

    /// <summary>The user or the password is wrong, or the user may not do this.</summary>
    Forbidden,

    /// <summary>etcd rejects the call; it changed nothing.</summary>
    Rejected,
}

/// <summary>A call to etcd failed.</summary>
internal sealed class EtcdException(EtcdFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public EtcdFailure Failure { get; } = failure;
}
