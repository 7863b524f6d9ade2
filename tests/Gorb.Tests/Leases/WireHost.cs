using System.Net;
using Gorb.Leases;

namespace Gorb.Tests.Leases;

/// <summary>One host on a wire.</summary>
internal sealed class WireHost(string name, TestWire wire) : IAddressHost
{
    public string? FindOtherHolder(IPAddress address) => wire.HoldersOf(address).FirstOrDefault(holder => holder != name);

    public void Hold(IPAddress address, TimeSpan validFor) => wire.Hold(address, name, validFor);

    public void Release(IPAddress address) => wire.Release(address, name);

    public void Announce(IPAddress address) => wire.HoldersOf(address).Should().Contain(name, "only what is here is announced");
}
