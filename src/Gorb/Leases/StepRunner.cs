using Gorb.Etcd;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Gorb.Logging;

namespace Gorb.Leases;

/// <summary>
/// Runs steps in the background, for each key one at a time. After a step that wrote into etcd the next one of that key waits until the watch has told what was written, so that no step is
/// taken twice. A failed step is followed by a pause. Thread-safe.
/// </summary>
/// <param name="clock">The clock of pauses.</param>
/// <param name="ended">Told when a step is over, and another one of its key may begin.</param>
/// <param name="failed">Told a key and why its step failed, once as long as it fails in this way.</param>
internal sealed class StepRunner(TimeProvider clock, Action ended, Action<string, string> failed)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly HashSet<string> _busy = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _awaited = new(StringComparer.Ordinal);
    private readonly RepeatFilter _repeats = new();
    private long _reached;

    /// <summary>Begins a step, unless one of its key is under way or awaited.</summary>
    /// <param name="key">The key.</param>
    /// <param name="step">The step. It returns the revision at which the watch tells what it wrote; 0 when it wrote nothing.</param>
    public void Begin(string key, Func<Task<long>> step)
    {
        lock (_lock)
        {
            if (_awaited.ContainsKey(key) || !_busy.Add(key))
            {
                return;
            }
        }

        _ = RunAsync(key, step);
    }

    /// <summary>Notes what the watch has told.</summary>
    /// <param name="revision">The revision up to which it has.</param>
    /// <param name="isRestored">True when etcd was restored to that revision: what was written after it never comes.</param>
    public void Reach(long revision, bool isRestored)
    {
        lock (_lock)
        {
            _reached = revision;
            foreach (var key in _awaited.Where(awaited => isRestored || awaited.Value <= revision).Select(static awaited => awaited.Key).ToList())
            {
                _awaited.Remove(key);
            }
        }
    }

    private async Task RunAsync(string key, Func<Task<long>> step)
    {
        var awaited = 0L;
        try
        {
            awaited = await Task.Run(step).ConfigureAwait(false);
            _repeats.End(key);
        }
        catch (OperationCanceledException)
        {
            return; // the director stops
        }
        catch (Exception error) when (error is EtcdException or AddressException or NetlinkException or LeaseException)
        {
            if (_repeats.IsNew(error.Message, key))
            {
                failed(key, error.Message);
            }

            await Task.Delay(Pause, clock).ConfigureAwait(false);
        }

        End(key, awaited);
    }

    private void End(string key, long awaited)
    {
        lock (_lock)
        {
            _busy.Remove(key);
            if (awaited > _reached)
            {
                _awaited[key] = awaited;
            }
        }

        ended();
    }
}
