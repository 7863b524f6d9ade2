namespace Gorb.DockerLink;

/// <summary>
/// The containers that were told to end and may still run. A signal that only speaks to a program (HUP) is none of that. One that does not end in time
/// is taken back: it has ignored the signal.
/// </summary>
internal sealed class Stopping(TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, DateTimeOffset> _since = new(StringComparer.Ordinal);

    /// <summary>Takes over what happened to a container.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="stopSignal">The signal that the container's image wants to be stopped by.</param>
    public void Note(EngineEvent happened, int stopSignal)
    {
        if (happened.Action is "kill" && (happened.Signal is SignalName.Kill or SignalName.Term || happened.Signal == stopSignal))
        {
            _since[happened.Id] = time.GetUtcNow();
        }
        else if (happened.Action is "start" or "die" or "destroy")
        {
            _since.Remove(happened.Id);
        }
    }

    /// <summary>Why containers, by id, get no new connections.</summary>
    public IReadOnlyDictionary<string, string> Current()
    {
        var now = time.GetUtcNow();
        foreach (var (id, since) in _since.ToList())
        {
            if (now - since > Patience)
            {
                _since.Remove(id);
            }
        }

        return _since.ToDictionary(entry => entry.Key, _ => "stopping");
    }
}
