using System.Net;
using System.Net.Sockets;
using Gorb.Model;
using Gorb.Sources.Docker;

namespace Gorb.Cli;

/// <summary>What a user is told when the daemon cannot start.</summary>
internal static class StartFailure
{
    /// <summary>True when nothing failed: parts of the daemon were told to end while they started.</summary>
    public static bool IsEnd(Exception error) =>
        error is OperationCanceledException || (error is AggregateException all && all.InnerExceptions.All(IsEnd));

    /// <param name="error">What ended the start.</param>
    /// <param name="listen">Where the daemon was to listen.</param>
    /// <returns>A line for each reason, for parts of the daemon start at the same time; none when it is a defect, which should show where it happened.</returns>
    public static IReadOnlyList<string> Explain(Exception error, IPEndPoint listen)
    {
        switch (error)
        {
            case StateException or EngineException:
                return [error.Message];
            case IOException: // Kestrel's word for "cannot listen there"
                return [$"{error.Message.TrimEnd('.')}; option -l names another address and port"];
            case SocketException: // an address that is not here, a family the kernel has not, a port for root only
                return [$"cannot listen at {listen}: {error.Message.TrimEnd('.')}; option -l names another address and port"];
            case AggregateException all:
                var reasons = all.InnerExceptions.Where(static one => !IsEnd(one)).Select(one => Explain(one, listen)).ToList();
                return reasons.TrueForAll(static reason => reason.Count > 0) ? [.. reasons.SelectMany(static reason => reason)] : [];
            default:
                return [];
        }
    }
}
