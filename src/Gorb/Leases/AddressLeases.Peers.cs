using System.Net;
using Gorb.Logging;

namespace Gorb.Leases;

/// <content>Finds out all the time whether the other directors answer directly: who learns only in an outage of etcd that a firewall drops the questions loses its addresses.</content>
internal sealed partial class AddressLeases
{
    /// <summary>How many questions in a row must have had no answer before a director counts as one that does not: datagrams can be lost, and one that starts needs a moment.</summary>
    private const int Unanswered = 3;

    private readonly RepeatFilter _complaints = new();
    private readonly Dictionary<string, int> _missed = new(StringComparer.Ordinal);
    private long? _checkedAt;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Unreachable => Read(() => _missed.Where(static missed => missed.Value >= Unanswered).ToDictionary(static missed => missed.Key, missed => Describe(missed.Key)));

    /// <summary>Makes a question without addresses to each other director, when it is time: it promises nothing, and is answered.</summary>
    private List<(IPEndPoint To, byte[] Datagram)> Check(string secret)
    {
        if (_checkedAt is { } at && _client.Clock.GetElapsedTime(at) < _options.CheckInterval)
        {
            return [];
        }

        _checkedAt = _client.Clock.GetTimestamp();
        var others = FindOthers().ToList();
        NoteMissed(others);
        return [.. others.Where(_view.Peers.ContainsKey).Select(name => (_view.Peers[name].EndPoint, _tally.Check(name, _view.Peers[name].Run).Write(_keys.Cluster, secret)))];
    }

    /// <summary>Counts the questions that had no answer since the last time.</summary>
    private void NoteMissed(List<string> others)
    {
        foreach (var gone in _missed.Keys.Except(others).ToList())
        {
            _missed.Remove(gone);
            _complaints.End(gone);
        }

        foreach (var name in others)
        {
            var isAnswering = _view.Peers.ContainsKey(name) && !_tally.IsUnanswered(name);
            _missed[name] = isAnswering ? 0 : _missed.GetValueOrDefault(name) + 1;
            if (isAnswering)
            {
                _complaints.End(name);
            }
            else if (_missed[name] >= Unanswered && _complaints.IsNew(Describe(name), name))
            {
                LogUnreachable(Describe(name));
            }
        }
    }

    private string Describe(string director) => _link?.EndPoint is null
        ? $"{director} cannot be asked directly: this director has no socket for that, its log says why"
        : _peers.GetValueOrDefault(director) is { } peer
        ? $"{director} does not answer at {peer.EndPoint} (UDP)"
        : $"{director} cannot be asked directly: it was started with --peer none, its log says why not, or it is of an older version";

    [LoggerMessage(1298, LogLevel.Warning, "{Reason}. While that is so, this director gives its addresses up when etcd is away")]
    private partial void LogUnreachable(string reason);
}
