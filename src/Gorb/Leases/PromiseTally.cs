using System.Net;

namespace Gorb.Leases;

/// <summary>What other directors have promised this one. A promise counts from before it was asked for. Not thread-safe.</summary>
/// <param name="director">This director.</param>
/// <param name="run">The run of its daemon.</param>
/// <param name="promise">For how long is asked.</param>
/// <param name="clock">The clock of leases.</param>
internal sealed class PromiseTally(string director, string run, TimeSpan promise, TimeProvider clock)
{
    private readonly Dictionary<long, (PeerMessage Question, long SentAt)> _asked = [];
    private readonly Dictionary<(string Peer, IPAddress Address), long> _promised = [];
    private readonly Dictionary<(string Peer, IPAddress Address), string> _refused = [];
    private readonly HashSet<string> _unanswered = new(StringComparer.Ordinal);
    private long _number;

    /// <summary>Makes the questions to a director.</summary>
    public IReadOnlyList<PeerMessage> Ask(string peer, string peerRun, IEnumerable<IPAddress> addresses)
    {
        ForgetOld();
        return [.. addresses.Chunk(PeerMessage.MaxAddresses).Select(some => Ask(peer, peerRun, some))];
    }

    /// <summary>Makes a question that asks for nothing, to see whether it is answered.</summary>
    public PeerMessage Check(string peer, string peerRun)
    {
        ForgetOld();
        _unanswered.Add(peer);
        return Ask(peer, peerRun, []);
    }

    /// <summary>True when nothing was heard of a director since it was last checked.</summary>
    public bool IsUnanswered(string peer) => _unanswered.Contains(peer);

    /// <summary>Makes the message that releases a director from its promises. They do not count here any more, nor do answers that are under way.</summary>
    public PeerMessage Release(string peer, string peerRun)
    {
        _asked.Clear();
        _promised.Clear();
        return new PeerMessage(false, director, run, peer, peerRun, ++_number, TimeSpan.Zero, [], [], "");
    }

    /// <summary>Counts an answer, whose signature is right. One to a question that was not asked, or that was answered already, does not count.</summary>
    /// <returns>False when it does not count.</returns>
    public bool Receive(PeerMessage answer)
    {
        if (!answer.IsAnswer || answer.To != director || answer.ToRun != run || !_asked.TryGetValue(answer.Number, out var asked)
            || asked.Question.To != answer.From || asked.Question.ToRun != answer.FromRun || !_asked.Remove(answer.Number))
        {
            return false;
        }

        _unanswered.Remove(answer.From);
        foreach (var address in asked.Question.Addresses)
        {
            var key = (answer.From, address);
            if (answer.Promise >= promise && answer.Addresses.Contains(address))
            {
                _promised[key] = Math.Max(_promised.GetValueOrDefault(key, asked.SentAt), asked.SentAt);
                _refused.Remove(key);
            }
            else
            {
                _refused[key] = answer.Reason;
            }
        }

        return true;
    }

    /// <summary>When the promise of a director that counts longest was asked for; null when there is none, or it is over.</summary>
    public long? PromisedAt(string peer, IPAddress address) => _promised.TryGetValue((peer, address), out var at) && clock.GetElapsedTime(at) < promise ? at : null;

    /// <summary>Why an address cannot be kept for a director's lack of a promise.</summary>
    public string Objection(string peer, IPAddress address) => _refused.TryGetValue((peer, address), out var reason) ? $"{peer} does not agree: {reason}" : $"{peer} does not answer";

    /// <summary>Forgets what is known of an address, before it is asked for in another outage.</summary>
    public void Forget(IPAddress address)
    {
        foreach (var key in _refused.Keys.Where(key => key.Address.Equals(address)).ToList())
        {
            _refused.Remove(key);
        }
    }

    private PeerMessage Ask(string peer, string peerRun, IPAddress[] addresses)
    {
        var question = new PeerMessage(false, director, run, peer, peerRun, ++_number, promise, addresses, [], "");
        _asked[question.Number] = (question, clock.GetTimestamp());
        return question;
    }

    private void ForgetOld()
    {
        foreach (var over in _asked.Where(asked => clock.GetElapsedTime(asked.Value.SentAt) > promise).Select(static asked => asked.Key).ToList())
        {
            _asked.Remove(over);
        }
    }
}
