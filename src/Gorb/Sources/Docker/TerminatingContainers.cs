namespace Gorb.Sources.Docker;

/// <summary>
/// What the list of containers does not say, or says late: which of them were told to end and may still run, and which have just ended.
/// A signal that only speaks to a program (HUP) is no end. A container that does not end in time is taken back: it has ignored the signal.
/// </summary>
internal sealed class TerminatingContainers(TimeProvider time)
{
    /// <summary>Why a container that was told to end gets no new connections.</summary>
    public const string Stopping = "stopping";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, long> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _ended = new(StringComparer.Ordinal);

    /// <summary>Why containers, by id, get no new connections.</summary>
    public IReadOnlyDictionary<string, string> Resting => Recent(_told).ToDictionary(id => id, _ => Stopping);

    /// <summary>Takes over what happened to a container.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="stopSignal">The signal that the container's image wants to be stopped by.</param>
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

    /// <summary>The containers of a list that have not ended since it was made.</summary>
    public IEnumerable<Container> Alive(IEnumerable<Container> listed)
    {
        var ended = Recent(_ended);
        return listed.Where(container => !ended.Contains(container.Id));
    }

    /// <summary>Events were missed: from now on, the list is to be believed.</summary>
    public void Forget()
    {
        _told.Clear();
        _ended.Clear();
    }

    private HashSet<string> Recent(Dictionary<string, long> times)
    {
        foreach (var (id, since) in times.ToList())
        {
            if (time.GetElapsedTime(since) > Patience)
            {
                times.Remove(id);
            }
        }

        return [.. times.Keys];
    }
}
