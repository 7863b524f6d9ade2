using System.Collections.Concurrent;
using System.Net;
using Gorb.Leases;

namespace Gorb.Tests.Leases;

/// <summary>One host on a wire.</summary>
internal sealed class WireHost(string name, TestWire wire) : IAddressHost
{
    /// <summary>The addresses whose young connections were saved.</summary>
    public ConcurrentQueue<IPAddress> Guarded { get; } = [];

    public string? FindOtherHolder(IPAddress address) => wire.HoldersOf(address).FirstOrDefault(holder => holder != name);

    public void Guard(IPAddress address)
    {
        wire.HoldersOf(address).Should().BeEmpty("the guard is there before the address is");
        Guarded.Enqueue(address);
    }

    public void Hold(IPAddress address, TimeSpan validFor) => wire.Hold(address, name, validFor);

    public void Release(IPAddress address) => wire.Release(address, name);

    public void Announce(IPAddress address) => wire.HoldersOf(address).Should().Contain(name, "only what is here is announced");
}
