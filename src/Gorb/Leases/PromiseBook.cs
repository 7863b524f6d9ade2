using System.Net;

namespace Gorb.Leases;

/// <summary>What this director has promised others: which addresses it does not take, and until when. Not thread-safe.</summary>
/// <param name="director">This director.</param>
/// <param name="run">The run of its daemon.</param>
/// <param name="clock">The clock of leases, which goes on while the host is suspended.</param>
internal sealed class PromiseBook(string director, string run, TimeProvider clock)
{
    private readonly Dictionary<IPAddress, (string To, long At, TimeSpan For)> _promised = [];
    private readonly Dictionary<string, (string Run, long Number)> _heard = new(StringComparer.Ordinal);

    /// <summary>For how long this director must not take an address; zero when it may.</summary>
    public TimeSpan Left(IPAddress address) =>
        _promised.TryGetValue(address, out var promise) && promise.For - clock.GetElapsedTime(promise.At) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>Answers a question, and keeps what it promises.</summary>
    /// <param name="question">The question, whose signature is right.</param>
    /// <param name="view">What etcd said last.</param>
    /// <param name="objection">Why nothing is promised; null when etcd is away for this director, too.</param>
    /// <param name="isClaimed">Whether this director holds an address, or may have written its key since <paramref name="view"/>.</param>
    /// <returns>Null for a release, and when it is not for this run of the daemon, is not of a director's present run, or is not newer than what was heard: then nothing is changed.</returns>
    public PeerMessage? Answer(PeerMessage question, ElectionView view, string? objection, Func<IPAddress, bool> isClaimed)
    {
        if (question.IsAnswer || question.To != director || question.ToRun != run || question.From == director || view.Peers.GetValueOrDefault(question.From)?.Run != question.FromRun
            || (_heard.TryGetValue(question.From, out var heard) && heard.Run == question.FromRun && heard.Number >= question.Number))
        {
            return null;
        }

        _heard[question.From] = (question.FromRun, question.Number);
        if (question.Promise == TimeSpan.Zero)
        {
            foreach (var released in _promised.Where(promise => promise.Value.To == question.From).Select(static promise => promise.Key).ToList())
            {
                _promised.Remove(released);
            }

            return null;
        }

        var lost = question.Addresses.Where(address => view.Holders.TryGetValue(address, out var holder) && holder.Director != question.From).ToList();
        var promised = objection is not null ? [] : question.Addresses.Where(address => view.LastHolders.GetValueOrDefault(address)?.Director == question.From && !lost.Contains(address) && !isClaimed(address)).ToList();
        foreach (var address in promised)
        {
            if (Left(address) < question.Promise + LeaseOptions.PromiseMargin)
            {
                _promised[address] = (question.From, clock.GetTimestamp(), question.Promise + LeaseOptions.PromiseMargin);
            }
        }

        return new PeerMessage(true, director, run, question.From, question.FromRun, question.Number, question.Promise, promised, lost, objection ?? (promised.Count == question.Addresses.Count ? "" : "it knows of another holder"));
    }
}
