namespace Gorb.Sources.Docker;

/// <summary>The operations of a Docker engine that the link uses.</summary>
internal interface IEngine : IDisposable
{
    /// <summary>Reads the engine's name and clock. The clock is the starting point for <see cref="WatchAsync"/>.</summary>
    /// <exception cref="EngineException">The engine cannot be reached.</exception>
    Task<EngineInfo> GetInfoAsync(CancellationToken stop);

    /// <summary>Lists the running and paused containers.</summary>
    /// <exception cref="EngineException">The engine cannot be reached.</exception>
    Task<IReadOnlyList<Container>> ListAsync(CancellationToken stop);

    /// <summary>Reports events until the stream ends. The end of the stream is an error.</summary>
    /// <exception cref="EngineException">The stream ended.</exception>
    Task WatchAsync(DateTimeOffset since, Action<EngineEvent> happened, CancellationToken stop);

    /// <summary>Reads the details of a container that the list lacks; null when the container is gone.</summary>
    /// <exception cref="EngineException">The engine cannot be reached.</exception>
    Task<ContainerDetails?> InspectAsync(string id, CancellationToken stop);
}

/// <param name="Name">The engine's name, which is its host's name.</param>
/// <param name="Now">The time by the engine's clock.</param>
internal sealed record EngineInfo(string Name, DateTimeOffset Now);

/// <param name="Id">The id of the container.</param>
/// <param name="Action">The engine's name for the event: "start", "kill", "die".</param>
/// <param name="Signal">The number of the signal, for "kill"; else null.</param>
internal sealed record EngineEvent(string Id, string Action, int? Signal);

/// <param name="Pid">The id of the container's first process in the PID namespace of the engine's host.</param>
/// <param name="StopSignal">The number of the signal that "docker stop" sends.</param>
/// <param name="Image">The image name at container start, even if the name refers to another image by now.</param>
internal sealed record ContainerDetails(long Pid, int StopSignal, string Image);

/// <summary>The engine cannot be reached, or refuses a request.</summary>
internal sealed class EngineException(string message, Exception cause) : Exception(message, cause);
