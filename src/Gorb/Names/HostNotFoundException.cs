namespace Gorb.Names;

/// <summary>Why a host name has no address.</summary>
internal enum NameFailure
{
    /// <summary>A name server, or the name itself, says so.</summary>
    NoSuchName,

    /// <summary>A name server answered that it cannot say.</summary>
    ServerFailed,

    /// <summary>No name server answered.</summary>
    NoAnswer,
}

/// <summary>A host name stands for no address; the message says why, as a clause ("it does not exist").</summary>
/// <param name="failure">The kind of reason.</param>
/// <param name="reason">The reason in words.</param>
internal sealed class HostNotFoundException(NameFailure failure, string reason) : Exception(reason)
{
    public NameFailure Failure => failure;

    /// <summary>True when this is known of the name; false when nothing has been learned about it.</summary>
    public bool IsAnswered => failure == NameFailure.NoSuchName;

    /// <summary>No name server answered.</summary>
    public static HostNotFoundException NoAnswer() => new(NameFailure.NoAnswer, "the name server does not answer");
}
