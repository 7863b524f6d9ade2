using System.Net;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Probes;
using Gorb.Targets.Host.Addresses;

namespace Gorb.Leases;

/// <summary>This host's network, with the device to which addresses are added. For one thread at a time, except <see cref="FindOtherHolder"/>.</summary>
/// <param name="network">The network.</param>
/// <param name="options">Names the device.</param>
/// <param name="announcements">Tells the neighbours.</param>
/// <param name="guard">Saves young connections.</param>
internal sealed class AddressHost(HostNetwork network, VipOptions options, AnnouncementQueue announcements, HandoverGuard guard) : IAddressHost, IDisposable
{
    /// <summary>
    /// How long other hosts have time to answer. It is longer than an address can outlive a short lease (<see cref="LeaseOptions.ValidFor"/>), so that one that is going is not taken for one that stays.
    /// </summary>
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(400);

    private readonly Lazy<IAddressClient> _client = new(network.Connect);

    public string? FindOtherHolder(IPAddress address)
    {
        using var client = network.Connect();
        if (client.GetAddresses().FirstOrDefault(held => held.Address.Equals(address) && held.ValidFor is null) is { } own)
        {
            // Its lifetime would end, and with it what another program has set up.
            throw new LeaseException($"this host has {own.Address}/{own.PrefixLength} already, for good: remove it, or set \"vip\": \"external\" on its services");
        }

        var wires = HostAddresses.Read(client).FindWires(address, options.Device);
        var answers = wires.AsParallel().WithDegreeOfParallelism(Math.Max(wires.Count, 1)) // each waits, and computes nothing
            .SelectMany(wire => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? NeighborProbe.Ask(wire, [address], Wait) : ArpProbe.Ask(wire, [address], Wait));
        return answers.Select(static answer => string.Join(':', answer.HardwareAddress.GetAddressBytes().Select(static part => $"{part:x2}"))).FirstOrDefault();
    }

    public void Guard(IPAddress address) => guard.Begin(address);

    public void Hold(IPAddress address, TimeSpan validFor) => _client.Value.Add(FindDevice().Index, address, validFor);

    public void Release(IPAddress address)
    {
        if (_client.Value.FindLink(options.Device!) is { } link)
        {
            _client.Value.Remove(link.Index, address);
        }
    }

    public void Announce(IPAddress address) => announcements.Post([address]);

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    private NetworkLink FindDevice() => options.Prepare(_client.Value) ?? throw new LeaseException(VipErrors.NoDevice(options.Device!));
}
