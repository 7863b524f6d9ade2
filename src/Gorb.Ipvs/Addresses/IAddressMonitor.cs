using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Addresses;

/// <summary>Waits for changes of links and addresses in a network namespace, made by any program.</summary>
public interface IAddressMonitor : IDisposable
{
    /// <summary>Blocks until something changes, or <see cref="StopWaiting"/> is called.</summary>
    /// <returns>The change; null after <see cref="StopWaiting"/>.</returns>
    /// <exception cref="NetlinkException">The socket failed.</exception>
    AddressNotice? WaitForChange();

    /// <summary>Ends the current <see cref="WaitForChange"/> and all later ones. Can be called on any thread.</summary>
    void StopWaiting();
}
