using System.Net;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Gorb.Logging;

namespace Gorb.Leases;

/// <summary>The addresses that are on this host as long as it has a right to them. Not thread-safe.</summary>
/// <param name="host">This host.</param>
/// <param name="clock">The clock of rights.</param>
/// <param name="failed">Told an address and why it could not be changed, once as long as it fails in this way.</param>
internal sealed class HeldAddresses(IAddressHost host, TimeProvider clock, Action<string, string> failed)
{
    private readonly Dictionary<IPAddress, HoldRight> _held = [];
    private readonly RepeatFilter _repeats = new();

    public List<IPAddress> ToList() => [.. _held.Keys];

    public bool Contains(IPAddress address) => _held.ContainsKey(address);

    /// <summary>Adds an address for what is left of a right to it.</summary>
    /// <returns>False when too little is left: the address is not here then.</returns>
    public bool Add(IPAddress address, HoldRight right)
    {
        var isHeld = Hold(address, right);
        if (isHeld)
        {
            _held[address] = right;
        }

        return isHeld;
    }

    /// <summary>
    /// Extends the time of an address that is held, by the right that lasts longer: the one that it has, or another one. Where that fails, the kernel removes the address in time, and the next
    /// call tries to add it again. The address is given up when too little is left.
    /// </summary>
    public void Extend(IPAddress address, HoldRight right)
    {
        if (_held.TryGetValue(address, out var before))
        {
            var best = before.Usable(clock) > right.Usable(clock) ? before : right;
            _held[address] = best;
            Try(address, () =>
            {
                if (!Hold(address, best))
                {
                    _held.Remove(address);
                }
            });
        }
    }

    /// <summary>Extends the time of an address that is held, by a right that takes the place of the one that it has. See <see cref="Extend"/>.</summary>
    public void Replace(IPAddress address, HoldRight right)
    {
        if (_held.ContainsKey(address))
        {
            _held[address] = right;
            Extend(address, right);
        }
    }

    /// <summary>True while an address is held, and its right is not over.</summary>
    public bool IsSure(IPAddress address) => _held.TryGetValue(address, out var right) && !right.IsOver(clock);

    /// <summary>Removes an address, if it is held. Where that fails, the kernel removes it in time.</summary>
    public void Drop(IPAddress address)
    {
        if (_held.Remove(address))
        {
            Try(address, () => host.Release(address));
        }
    }

    /// <summary>
    /// Adds an address, or extends its time. The process can be stopped at any point, for longer than the right lasts: what the kernel was told is then too long, and is corrected before
    /// anything else happens.
    /// </summary>
    private bool Hold(IPAddress address, HoldRight right)
    {
        TimeSpan validFor;
        do
        {
            if (right.IsOver(clock))
            {
                host.Release(address);
                return false;
            }

            validFor = LeaseOptions.ValidFor(right.Left(clock));
            host.Hold(address, validFor);
        }
        while (LeaseOptions.ValidFor(right.Left(clock)) < validFor || right.IsOver(clock));

        return true;
    }

    private void Try(IPAddress address, Action change)
    {
        try
        {
            change();
            _repeats.End(address.ToString());
        }
        catch (Exception error) when (error is AddressException or NetlinkException or LeaseException)
        {
            if (_repeats.IsNew(error.Message, address.ToString()))
            {
                failed(address.ToString(), error.Message);
            }
        }
    }
}
