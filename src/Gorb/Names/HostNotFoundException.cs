namespace Gorb.Names;

/// <summary>Why a host name has no address.</summary>
internal enum NameFailure
{
    /// <summary>The name does not exist or has no address: a name server or the name itself shows it.</summary>
    NoSuchName,

    /// <summary>A name server answered with an error.</summary>
    ServerFailed,

    /// <summary>No name server answered.</summary>
    NoAnswer,
}

/// <summary>A host name has no usable address. The message gives the reason as a clause ("it does not exist").</summary>
/// <param name="failure">The kind of reason.</param>
/// <param name="reason">The reason as a clause.</param>
internal sealed class HostNotFoundException(NameFailure failure, string reason) : Exception(reason)
{
    public NameFailure Failure => failure;

    /// <summary>True when a name server has answered that the name has no address; false when nothing is known about it.</summary>
    public bool IsAnswered => failure == NameFailure.NoSuchName;

    /// <summary>Creates the exception for a name server that does not answer.</summary>
    public static HostNotFoundException NoAnswer() => new(NameFailure.NoAnswer, "the name server does not answer");
}
