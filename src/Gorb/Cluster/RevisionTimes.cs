namespace Gorb.Cluster;

/// <summary>When this director got which revision of the cluster's table: it tells for how long another one has been behind. Can be used on any thread.</summary>
/// <param name="time">The time.</param>
internal sealed class RevisionTimes(TimeProvider time)
{
    private const int Max = 1000;

    private readonly Lock _lock = new();
    private readonly List<(long Revision, long At)> _known = [];

    /// <summary>Notes that the director has a revision now.</summary>
    public void Note(long revision)
    {
        lock (_lock)
        {
            var last = _known is [.., var newest] ? newest.Revision : 0;
            if (revision == last)
            {
                return;
            }

            if (revision < last)
            {
                _known.Clear(); // etcd was restored from a backup
            }

            _known.Add((revision, time.GetTimestamp()));
            if (_known.Count > Max)
            {
                Thin();
            }
        }
    }

    /// <summary>The time for which a director with a revision has been behind; zero if it is not.</summary>
    public TimeSpan FindLag(long revision)
    {
        lock (_lock)
        {
            var first = _known.FindIndex(known => known.Revision > revision);
            return first < 0 ? TimeSpan.Zero : time.GetElapsedTime(_known[first].At);
        }
    }

    /// <summary>Forgets every other one of the older half, so that a director that is behind for long is still told of roughly.</summary>
    private void Thin()
    {
        var index = 0;
        _known.RemoveAll(_ => index++ is var number && number < Max / 2 && number % 2 == 1);
    }
}
