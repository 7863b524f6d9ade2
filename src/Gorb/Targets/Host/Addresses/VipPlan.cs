using System.Collections.Immutable;
using System.Net;
using Gorb.Ipvs.Addresses;
using Gorb.Model;

namespace Gorb.Targets.Host.Addresses;

/// <summary>An address to add, or to remove wherever Gorb added it and it does not belong.</summary>
internal readonly record struct VipChange(IPAddress Address, bool IsAdded);

/// <summary>Addresses to add, in the upward pass, and to remove, in the downward pass.</summary>
internal abstract class VipPlan(VipTarget target, List<VipChange> changes) : IPlan
{
    private readonly HashSet<IPAddress> _due = [];
    private readonly HashSet<IPAddress> _there = [];
    private Dictionary<IPAddress, string>? _services;

    public int Count => Changes.Count;

    protected VipTarget Target => target;

    protected List<VipChange> Changes { get; set; } = changes;

    /// <summary>The addresses that the changes lead to, with the number of their services.</summary>
    protected abstract ImmutableDictionary<IPAddress, int> Wanted { get; }

    /// <summary>Decides from the present state of the host which addresses to add, and enters them in the ledger. What is there already stays another program's.</summary>
    public virtual bool Record()
    {
        _due.Clear();
        _there.Clear();
        if (Changes.Count == 0)
        {
            return false;
        }

        var added = Changes.Where(change => change.IsAdded && Wanted.ContainsKey(change.Address)).Select(static change => change.Address).ToList();
        return added.Count > 0 && target.Device is { } device && Record(added, device, ReadHost());
    }

    public IReadOnlyList<ChangeFailure> ApplyUp(Table wanted)
    {
        var failures = new List<ChangeFailure>();
        if (_due.Count > 0)
        {
            target.Exchange(client => Add(client, wanted, failures));
            target.Announcements.Post(_there);
        }

        return failures;
    }

    public virtual IReadOnlyList<ChangeFailure> ApplyDown(Table wanted)
    {
        var failures = new List<ChangeFailure>();
        if (Changes.Exists(static change => !change.IsAdded) && !target.Addresses.Owned.IsEmpty)
        {
            target.Exchange(client => Remove(client, target.Counts.Of(wanted), failures));
        }

        return failures;
    }

    /// <summary>What the host has at this time.</summary>
    /// <exception cref="TargetUnavailableException">The kernel does not answer.</exception>
    protected abstract HostAddresses ReadHost();

    /// <summary>A service that has an address; null if none has it.</summary>
    protected string? FindService(IPAddress address, Table wanted)
    {
        _services ??= wanted.Services.Values.Where(static service => AddressCounts.AddressOf(service) is not null)
            .GroupBy(static service => AddressCounts.AddressOf(service)!).ToDictionary(static group => group.Key, static group => group.First().Name);
        return _services.GetValueOrDefault(address);
    }

    private bool Record(List<IPAddress> added, string device, HostAddresses host)
    {
        var mustSave = false;
        foreach (var address in added)
        {
            var key = target.Addresses.Key(device, address);
            if (host.HasForeign(address, target.Addresses))
            {
                target.Addresses.Forget(key); // Gorb's own is gone, and another program has brought the address back
            }
            else if (!host.Has(device, address))
            {
                mustSave |= !target.Addresses.Owned.Contains(key);
                target.Addresses.Own(key);
                _due.Add(address);
            }
        }

        return mustSave;
    }

    private void Add(IAddressClient client, Table wanted, List<ChangeFailure> failures)
    {
        var (link, trouble) = PrepareDevice();
        for (var i = 0; i < Changes.Count; i++)
        {
            var (address, isAdded) = Changes[i];
            if (isAdded && _due.Remove(address) && (trouble ?? TryAdd(client, link!, address)) is { } reason)
            {
                target.Addresses.Forget(target.Addresses.Key(target.Device!, address));
                failures.Add(VipErrors.Fail(i, address, reason, FindService(address, wanted)));
            }
        }
    }

    private (NetworkLink? Link, string? Trouble) PrepareDevice()
    {
        try
        {
            return target.PrepareDevice() is { } link ? (link, null) : (null, VipErrors.NoDevice(target.Device!));
        }
        catch (AddressException error)
        {
            return (null, error.Message);
        }
    }

    /// <returns>Null, or the reason why the address cannot be added.</returns>
    private string? TryAdd(IAddressClient client, NetworkLink link, IPAddress address)
    {
        try
        {
            client.Add(link.Index, address);
            _there.Add(address);
            return null;
        }
        catch (AddressException error)
        {
            return $"cannot be added to {link.Name}: {error.Reason}";
        }
    }

    private void Remove(IAddressClient client, ImmutableDictionary<IPAddress, int> wanted, List<ChangeFailure> failures)
    {
        var links = client.GetLinks().ToDictionary(static link => link.Name, static link => link.Index, StringComparer.Ordinal);
        var owned = target.Addresses.Owned.ToLookup(static key => key.Address);
        var host = new Lazy<HostAddresses>(ReadHost);
        for (var i = 0; i < Changes.Count; i++)
        {
            var change = Changes[i];
            foreach (var key in change.IsAdded ? [] : owned[change.Address].Where(key => target.IsReleased(key, wanted) && MayGo(key, wanted, host)))
            {
                try
                {
                    _ = links.TryGetValue(key.Device, out var link) && client.Remove(link, key.Address); // absent is as wanted
                    target.Addresses.Forget(key);
                }
                catch (AddressException error)
                {
                    failures.Add(VipErrors.Fail(i, key.Address, $"cannot be removed from {key.Device}: {error.Reason}", null));
                }
            }
        }
    }

    /// <summary>An address that moves to another device leaves the old one only once it is on the new one, so that connections live on.</summary>
    private bool MayGo(VipKey key, ImmutableDictionary<IPAddress, int> wanted, Lazy<HostAddresses> host) =>
        !wanted.ContainsKey(key.Address) || _there.Contains(key.Address) || host.Value.DevicesOf(key.Address).Any(device => device != key.Device);
}
