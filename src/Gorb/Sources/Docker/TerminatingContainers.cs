namespace Gorb.Sources.Docker;

/// <summary>
/// Tracks containers that are stopping and containers that have just ended, which the engine's list shows late or not at all.
/// Only the stop signal, SIGTERM and SIGKILL count, not a signal such as SIGHUP. A container that still runs after a minute has ignored the signal and is routed again.
/// </summary>
internal sealed class TerminatingContainers(TimeProvider time)
{
    /// <summary>The reason given for a stopping container, which gets no new connections.</summary>
    public const string Stopping = "stopping";

    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, long> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _ended = new(StringComparer.Ordinal);

    /// <summary>The stopping containers by id, each with the reason for which it gets no new connections.</summary>
    public IReadOnlyDictionary<string, string> QuiesceReasons => Recent(_told).ToDictionary(id => id, _ => Stopping);

    /// <summary>Records an event of a container.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="stopSignal">The stop signal of the container (STOPSIGNAL of its image).</param>
    public void Note(EngineEvent happened, int stopSignal)
    {
        switch (happened.Action)
        {
            case "kill" when happened.Signal is SignalName.Kill or SignalName.Term || happened.Signal == stopSignal:
                _told[happened.Id] = time.GetTimestamp();
                break;
            case "die":
                _ended[happened.Id] = time.GetTimestamp();
                break;
            case "start":
                _told.Remove(happened.Id);
                _ended.Remove(happened.Id);
                break;
        }
    }

    /// <summary>Filters a list of containers: those that have ended recently are left out, for the list may be older.</summary>
    public IEnumerable<Container> Alive(IEnumerable<Container> listed)
    {
        var ended = Recent(_ended);
        return listed.Where(container => !ended.Contains(container.Id));
    }

    /// <summary>Discards all records, because events may have been missed; the list alone counts then.</summary>
    public void Forget()
    {
        _told.Clear();
        _ended.Clear();
    }

    private HashSet<string> Recent(Dictionary<string, long> times)
    {
        foreach (var (id, since) in times.ToList())
        {
            if (time.GetElapsedTime(since) > MaxAge)
            {
                times.Remove(id);
            }
        }

        return [.. times.Keys];
    }
}
