namespace Gorb.Sources.Docker;

/// <summary>A Docker engine, as far as the link needs it.</summary>
internal interface IEngine : IDisposable
{
    /// <summary>The engine's own name, and its clock, from which its events can be asked for.</summary>
    /// <exception cref="EngineException">It cannot be reached.</exception>
    Task<EngineInfo> GetInfoAsync(CancellationToken stop);

    /// <summary>The containers that run, paused ones among them.</summary>
    /// <exception cref="EngineException">It cannot be reached.</exception>
    Task<IReadOnlyList<Container>> ListAsync(CancellationToken stop);

    /// <summary>Hands out what happens until the stream ends, which is an error.</summary>
    /// <exception cref="EngineException">The stream ended.</exception>
    Task WatchAsync(DateTimeOffset since, Action<EngineEvent> happened, CancellationToken stop);

    /// <summary>What the list does not say of a container; null when it is gone.</summary>
    /// <exception cref="EngineException">It cannot be reached.</exception>
    Task<ContainerDetails?> InspectAsync(string id, CancellationToken stop);
}

/// <param name="Name">The engine's name: that of its host.</param>
/// <param name="Now">Its clock.</param>
internal sealed record EngineInfo(string Name, DateTimeOffset Now);

/// <param name="Id">The container.</param>
/// <param name="Action">What happened to it: "start", "kill", "die".</param>
/// <param name="Signal">With "kill": the number of the signal.</param>
internal sealed record EngineEvent(string Id, string Action, int? Signal);

/// <param name="Pid">Its first process, as this host sees it.</param>
/// <param name="StopSignal">The number of the signal that "docker stop" sends.</param>
/// <param name="Image">The image as it was named at the start, whatever that name means by now.</param>
internal sealed record ContainerDetails(long Pid, int StopSignal, string Image);

/// <summary>The engine cannot be reached, or refuses.</summary>
internal sealed class EngineException(string message, Exception cause) : Exception(message, cause);
