using System.Net;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Gorb.Model;

namespace Gorb.Targets.Host.Addresses;

/// <summary>Shows and announces the addresses of services, for readers, so that the writer never waits. Thread-safe.</summary>
internal sealed class VipReader(HostNetwork network, VipOptions options, VipLedger ledger, AddressCounts counts, AnnouncementQueue announcements, IVipLeases? leases)
{
    /// <summary>Returns the addresses that services want or that Gorb added, in the order of their text.</summary>
    /// <exception cref="RequestException">The host's addresses cannot be read.</exception>
    public IReadOnlyList<Vip> Read(Table table)
    {
        var host = Try(ReadHost);
        var services = table.Services.Values.ToLookup(static service => service.Spec.Key.Address ?? IPAddress.None, static service => service.Name);
        var external = AddressCounts.FindExternal(table);
        var addresses = services.Select(static group => group.Key).Where(static address => !address.Equals(IPAddress.None)).Union(ledger.Owned.Select(static key => key.Address));
        return [.. addresses.Select(address => Read(host, address, [.. services[address]], external.Contains(address))).OrderBy(static vip => vip.Address.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>Announces an address to the neighbours.</summary>
    /// <exception cref="RequestException">Gorb did not add the address, or it cannot be announced.</exception>
    public void Announce(IPAddress address)
    {
        var host = Try(ReadHost);
        var devices = host.DevicesOf(address).ToList();
        if (!ledger.Owned.Any(key => key.Address.Equals(address)) && leases?.IsHere(address) != true)
        {
            throw devices.Count == 0
                ? new RequestException(Refusal.NotFound, GorbTexts.NotFound, [new Problem("address", address.ToString(), "is not an address that Gorb added; GET /vip lists them")])
                : new RequestException(Refusal.Conflict, "Gorb did not add this address", [new Problem("address", address.ToString(), $"is on {devices[0]}, but Gorb did not add it: what added it announces it, or \"arping -U -I {devices[0]} {address}\"")]);
        }

        if (Try(() => announcements.Send(address)).Count == 0)
        {
            throw new RequestException(Refusal.Conflict, "no neighbours", [new Problem("address", address.ToString(),
                "has no neighbours to tell: no device with ARP that is up has it, or another address in whose subnet it lies. Routers reach it by their routes")]);
        }
    }

    private Vip Read(HostAddresses host, IPAddress address, IReadOnlyList<string> services, bool isExternal)
    {
        var devices = host.DevicesOf(address).ToList();
        var owned = devices.Find(device => ledger.Owns(device, address)) ?? (leases?.IsHere(address) == true ? devices.Find(device => device == options.Device) : null);
        var withdrawal = options.Device is null ? null : counts.Withdrawn.GetValueOrDefault(address);
        var holder = counts.Leased.Contains(address) ? leases?.HolderOf(address) : null;
        var state = owned is not null ? VipState.Owned
            : devices.Count > 0 || IPAddress.IsLoopback(address) ? VipState.Found
            : withdrawal is not null ? VipState.Withdrawn
            : isExternal || holder is not null ? VipState.Elsewhere
            : VipState.Missing;
        return new Vip(address, owned ?? devices.FirstOrDefault(), state, services, announcements.Last(address), withdrawal, holder, owned is null ? null : leases?.KeptSince(address), FindProblem(host, address, owned ?? devices.FirstOrDefault(), state));
    }

    private string? FindProblem(HostAddresses host, IPAddress address, string? device, VipState state) => state switch
    {
        VipState.Withdrawn or VipState.Elsewhere => null,
        VipState.Missing when counts.Leased.Contains(address) => $"no director holds the address: {leases?.Trouble ?? leases?.FindWait(address) ?? "one is about to take it; if that lasts, its log says why it cannot"}",
        _ => VipProblems.Find(host, address, device, options),
    };

    private HostAddresses ReadHost()
    {
        using var client = network.Connect();
        return HostAddresses.Read(client);
    }

    private static T Try<T>(Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception error) when (error is AddressException or NetlinkException)
        {
            throw new RequestException(Refusal.Unavailable, GorbTexts.KernelFailed, [new Problem(null, null, error.Message)], error);
        }
    }
}

/// <summary>An address of services.</summary>
/// <param name="Address">The address.</param>
/// <param name="Device">The device that has it; null when this host does not have it.</param>
/// <param name="State">Whose it is.</param>
/// <param name="Services">The names of its services.</param>
/// <param name="Announced">Its last announcement; null when there was none.</param>
/// <param name="Withdrawal">Since when it is withdrawn; null when it is not.</param>
/// <param name="Holder">The director of the cluster that has it; null when none has it, or every director.</param>
/// <param name="KeptSince">Since when this director has it without etcd, by the promise of all other directors; null when it does not.</param>
/// <param name="Problem">Why clients cannot reach it and what to do; null when nothing is known.</param>
internal sealed record Vip(IPAddress Address, string? Device, VipState State, IReadOnlyList<string> Services, Announced? Announced, Withdrawal? Withdrawal, string? Holder, DateTimeOffset? KeptSince, string? Problem);

/// <summary>Whose an address is.</summary>
internal enum VipState
{
    /// <summary>Gorb added it, and removes it with its last service.</summary>
    Owned,

    /// <summary>Another program added it; Gorb never removes it.</summary>
    Found,

    /// <summary>This host does not have it.</summary>
    Missing,

    /// <summary>It is kept off this host because no backend of its services is up, or was until a moment ago.</summary>
    Withdrawn,

    /// <summary>It is on another director, or wherever another program brings it.</summary>
    Elsewhere,
}
