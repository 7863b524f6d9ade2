namespace Gorb.Targets;

/// <summary>An exchange with a target failed as a whole. The message says why and what to do.</summary>
internal abstract class TargetException(ITarget target, Exception cause) : Exception(cause.Message, cause)
{
    public ITarget Target => target;
}

/// <summary>The target cannot be reached. The exchange changed nothing.</summary>
internal sealed class TargetUnavailableException(ITarget target, Exception cause) : TargetException(target, cause);

/// <summary>The exchange broke. The changes sent may or may not have been made.</summary>
internal sealed class AnswersLostException(ITarget target, Exception cause) : TargetException(target, cause);
