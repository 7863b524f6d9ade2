using System.Runtime.CompilerServices;

namespace Gorb.Api;

/// <summary>
/// Moves long work away from the threads that read the sockets. Requests run on these threads, each of which serves many connections, so a long request would delay the
/// requests of other connections.
/// </summary>
internal static class SocketThread
{
    /// <summary>The body size from which a switch of threads pays off. A smaller body is parsed in less time than a pool thread takes to wake.</summary>
    public const int LongBodyBytes = 16 * 1024;

    /// <summary>Continues the caller on a thread of the pool.</summary>
    public static ConfiguredTaskAwaitable LeaveAsync() => Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
}
