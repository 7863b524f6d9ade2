using System.Collections.Concurrent;
using System.Net;
using Gorb.Etcd;

namespace Gorb.Leases;

/// <summary>
/// Asks the link whether another host has an address, and goes on asking for a moment when one answers: the kernel of a holder that died may keep the address a little longer than its lease lived.
/// The question can begin while etcd is still asked for the address's key, so that both take their time at once. Thread-safe.
/// </summary>
/// <param name="host">Asks the link.</param>
/// <param name="keys">The keys of the addresses.</param>
/// <param name="clock">The clock.</param>
internal sealed class AddressProbes(IAddressHost host, LeaseKeys keys, TimeProvider clock)
{
    /// <summary>How long an address that is going may answer before its host counts as one that stays, and the pause between two questions.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1), Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>For how long the silence of a link counts: another program's host may come at any time.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Task<Answer>> _begun = new(StringComparer.Ordinal);

    /// <summary>Begins to ask for an address that has no holder, whose key is about to be created.</summary>
    public void Begin(IPAddress address) => _begun[keys.Address(address)] = Task.Run(() => AskAsync(address));

    /// <summary>Forgets answers from before the update wherever a director may have held the address since.</summary>
    /// <param name="update">What the watch of the keys has told.</param>
    /// <param name="own">This director's lease; null if it has none.</param>
    public void Note(WatchUpdate update, EtcdLease? own)
    {
        if (update is not WatchChanges { Changes: var changes })
        {
            _begun.Clear();
            return;
        }

        foreach (var change in changes.Where(change => change.Entry is { } entry && entry.Lease != own?.Id))
        {
            _begun.TryRemove(change.Key, out _);
        }
    }

    /// <summary>Returns the hardware address of another host that answers for an address; null if none does.</summary>
    /// <param name="address">The address. This director has its key, and the watch has told that.</param>
    public async Task<string?> FindOtherHolderAsync(IPAddress address)
    {
        var answer = _begun.TryRemove(keys.Address(address), out var begun) ? await begun.ConfigureAwait(false) : default;
        return answer.Asked is { } asked && clock.GetElapsedTime(asked) <= MaxAge ? answer.Other : (await AskAsync(address).ConfigureAwait(false)).Other;
    }

    private async Task<Answer> AskAsync(IPAddress address)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            var asked = clock.GetTimestamp();
            var other = host.FindOtherHolder(address);
            if (other is null || clock.GetElapsedTime(began) > Patience)
            {
                return new Answer(asked, other);
            }

            await Task.Delay(Pause, clock).ConfigureAwait(false);
        }
    }

    /// <param name="Asked">When the question began; null for none.</param>
    /// <param name="Other">Another host that has the address; null for none.</param>
    private readonly record struct Answer(long? Asked, string? Other);
}
