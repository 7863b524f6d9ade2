namespace Gorb.Sources.Docker;

/// <summary>Which backends of a Gorb go slowly: their containers asked for time to run empty (gorb.drain), and said so while they were there.</summary>
internal sealed class PendingDrains
{
    private readonly Dictionary<(string Service, string Backend), string> _times = [];
    private readonly HashSet<(string Service, string Backend)> _begun = [];

    /// <summary>How long a backend may take, or null when it goes at once.</summary>
    public string? Time(string service, string backend) => _times.GetValueOrDefault((service, backend));

    /// <summary>True when its removal was asked for and it may still be running empty.</summary>
    public bool HasBegun(string service, string backend) => _begun.Contains((service, backend));

    /// <summary>Its removal was asked for before this was there to see it.</summary>
    public void Begin(string service, string backend) => _begun.Add((service, backend));

    /// <summary>Remembers what the containers ask for as long as they can be asked.</summary>
    public void Learn(Wanted wanted)
    {
        foreach (var (key, backend) in wanted.Backends)
        {
            if (backend.Drain is { } time)
            {
                _times[key] = time;
            }
            else
            {
                _times.Remove(key);
            }
        }
    }

    /// <summary>Takes over a change that Gorb has accepted.</summary>
    public void Note(LinkChange change)
    {
        if (change.Backend is not { } backend)
        {
            Move(change.Replaces, change.Service);
            return;
        }

        if (change.Drain is not null)
        {
            _begun.Add((change.Service, backend));
        }
        else
        {
            _begun.Remove((change.Service, backend));
        }
    }

    /// <summary>The backends of a service that was replaced go on in the one that took its place.</summary>
    private void Move(string? from, string to)
    {
        foreach (var key in _begun.Where(key => key.Service == from).ToList())
        {
            _begun.Remove(key);
            _begun.Add((to, key.Backend));
        }

        foreach (var (key, time) in _times.Where(entry => entry.Key.Service == from).ToList())
        {
            _times.Remove(key);
            _times.TryAdd((to, key.Backend), time);
        }
    }

    /// <summary>Forgets what is gone.</summary>
    public void Forget(Wanted wanted, GorbTable table)
    {
        _begun.RemoveWhere(key => table.Find(key.Service, key.Backend) is null);
        foreach (var gone in _times.Keys.Where(key => !wanted.Backends.ContainsKey(key) && table.Find(key.Service, key.Backend) is null).ToList())
        {
            _times.Remove(gone);
        }
    }
}
