using System.Runtime.CompilerServices;

namespace Gorb.Api;

/// <summary>
/// Requests run on the threads that read the sockets, each of which serves many connections. What may take more than a moment leaves that thread first, so that the
/// requests of the others are not held up.
/// </summary>
internal static class SocketThread
{
    /// <summary>A body of fewer bytes is read in less time than a thread takes to wake.</summary>
    public const int LongBodyBytes = 16 * 1024;

    /// <summary>What follows the await runs on a thread of the pool.</summary>
    public static ConfiguredTaskAwaitable LeaveAsync() => Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
}
