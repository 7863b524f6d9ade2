using Gorb.Ipvs.Interop;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Addresses;

/// <summary>
/// Waits for changes of links and addresses in a network namespace, made by any program. It reports only that something changed; callers read the new
/// state with <see cref="AddressClient"/>. A notification that the kernel drops therefore loses nothing.
/// </summary>
/// <remarks>It belongs to the network namespace of the thread that opens it.</remarks>
public sealed class AddressMonitor : IDisposable
{
    private const uint Groups = 0x1 | 0x10 | 0x100; // RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR

    private readonly KernelSocket _socket;
    private readonly WakeSignal _end = new();
    private readonly byte[] _buffer = new byte[32 * 1024];

    private AddressMonitor(KernelSocket socket) => _socket = socket;

    /// <summary>Starts to listen: a change after this call ends the next <see cref="WaitForChange"/>.</summary>
    /// <exception cref="NetlinkException">The socket cannot be opened.</exception>
    public static AddressMonitor Open() => new(KernelSocket.OpenRouteNotifications(Groups));

    /// <summary>Blocks until something has changed since the last call, or <see cref="Stop"/> is called.</summary>
    /// <returns>False after <see cref="Stop"/>.</returns>
    /// <exception cref="NetlinkException">The socket failed.</exception>
    public bool WaitForChange()
    {
        if (!_end.Wait(_socket.Descriptor))
        {
            return false;
        }

        try
        {
            _socket.Receive(_buffer);
        }
        catch (NetlinkTransportException lost) when (lost.Errno == Errno.ENOBUFS)
        {
            return true; // the kernel dropped notifications, so something changed
        }

        return true;
    }

    /// <summary>Ends the current <see cref="WaitForChange"/> and all later ones. Can be called on any thread.</summary>
    public void Stop() => _end.Set();

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _end.Dispose();
    }
}
