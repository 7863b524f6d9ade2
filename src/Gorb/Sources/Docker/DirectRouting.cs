namespace Gorb.Sources.Docker;

/// <summary>
/// Prepares containers for direct routing once per container start, or logs the commands that do so. With direct routing the destination of a packet stays the virtual
/// address, so the container must hold that address without answering ARP for it.
/// </summary>
/// <param name="engine">The engine, which knows the process ids of the containers.</param>
/// <param name="isAllowed">Whether the link may change containers' networks.</param>
/// <param name="logger">The log.</param>
internal sealed partial class DirectRouting(IEngine engine, bool isAllowed, ILogger<DirectRouting> logger)
{
    private readonly HashSet<(string Id, string Address)> _done = [];

    /// <summary>Forgets a container that was restarted or reconnected: its network namespace is new.</summary>
    public void Note(EngineEvent happened)
    {
        if (happened.Action is "start" or "die" or "restart" or "connect" or "disconnect")
        {
            _done.RemoveWhere(done => done.Id == happened.Id);
        }
    }

    /// <exception cref="EngineException">The engine cannot be reached.</exception>
    public async Task PrepareAsync(Claims claims, CancellationToken stop)
    {
        foreach (var backend in claims.All.Select(claim => claim.Backend))
        {
            if (backend.DirectAddress is not { } address || !_done.Add((backend.Source.Id, $"{address}")))
            {
                continue;
            }

            if (await engine.InspectAsync(backend.Source.Id, stop) is not { Pid: > 0 and var pid })
            {
                _done.Remove((backend.Source.Id, $"{address}")); // the container has just ended
                continue;
            }

            if (!isAllowed)
            {
                LogByHand(backend.Source.Name, address, ContainerNetwork.Commands(pid, address));
                continue;
            }

            try
            {
                ContainerNetwork.Hold(pid, address);
                LogHeld(backend.Source.Name, address);
            }
            catch (IOException error)
            {
                LogFailed(backend.Source.Name, address, error.Message, ContainerNetwork.Commands(pid, address));
            }
        }
    }

    [LoggerMessage(1060, LogLevel.Information, "Container {Container} holds {Address} on lo and is silent about it (ARP)")]
    private partial void LogHeld(string container, System.Net.IPAddress address);

    [LoggerMessage(1061, LogLevel.Warning, "Container {Container} must hold {Address} for direct routing. Start the link with --prepare-dr, or as root on the container's host: {Commands}")]
    private partial void LogByHand(string container, System.Net.IPAddress address, string commands);

    [LoggerMessage(1062, LogLevel.Error, "Container {Container} could not be given {Address} ({Reason}); the link needs the host's processes and the capability SYS_ADMIN. As root on the container's host: {Commands}")]
    private partial void LogFailed(string container, System.Net.IPAddress address, string reason, string commands);
}
