using Gorb.Ipvs.Interop;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Addresses;

/// <summary>
/// Tells when links or addresses of a network namespace change, by whatever program. It says only that something changed; what is there then is read with
/// <see cref="AddressClient"/>, so that a notification that the kernel had to drop costs nothing.
/// </summary>
/// <remarks>It belongs to the namespace of the thread that opens it.</remarks>
public sealed class AddressMonitor : IDisposable
{
    private const uint Groups = 0x1 | 0x10 | 0x100; // RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR

    private readonly KernelSocket _socket;
    private readonly WakeSignal _end = new();
    private readonly byte[] _buffer = new byte[32 * 1024];

    private AddressMonitor(KernelSocket socket) => _socket = socket;

    /// <summary>Begins to listen: whatever changes after this returns ends the next <see cref="WaitForChange"/>.</summary>
    /// <exception cref="NetlinkException">The socket cannot be opened.</exception>
    public static AddressMonitor Open() => new(KernelSocket.OpenRouteNotifications(Groups));

    /// <summary>Blocks until something changed since the last call, or <see cref="Stop"/> is called.</summary>
    /// <returns>False when it was told to stop.</returns>
    /// <exception cref="NetlinkException">The socket broke.</exception>
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
            return true; // more changed than there was room to tell
        }

        return true;
    }

    /// <summary>Ends the present <see cref="WaitForChange"/> and all later ones. Can be called on any thread.</summary>
    public void Stop() => _end.Set();

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _end.Dispose();
    }
}
