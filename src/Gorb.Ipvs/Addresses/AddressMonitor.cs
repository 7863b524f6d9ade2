using Gorb.Ipvs.Interop;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Addresses;

/// <summary>
/// Waits for changes of links and addresses in a network namespace (rtnetlink(7)), made by any program. When the kernel drops notifications, the next notice
/// says so: then read the state with <see cref="AddressClient"/>.
/// </summary>
/// <remarks>It belongs to the network namespace of the thread that opens it.</remarks>
public sealed class AddressMonitor : IAddressMonitor
{
    private const uint Groups = 0x1 | 0x10 | 0x100; // RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR

    private readonly KernelSocket _socket;
    private readonly WakeSignal _end = new();
    private readonly byte[] _buffer = new byte[32 * 1024];

    private AddressMonitor(KernelSocket socket) => _socket = socket;

    /// <summary>Starts to listen: the next <see cref="WaitForChange"/> returns the first change after this call.</summary>
    /// <exception cref="NetlinkException">The socket cannot be opened.</exception>
    public static AddressMonitor Open() => new(KernelSocket.OpenRouteNotifications(Groups));

    /// <inheritdoc/>
    public AddressNotice? WaitForChange()
    {
        if (!_end.Wait(_socket.Descriptor))
        {
            return null;
        }

        try
        {
            var length = _socket.Receive(_buffer);
            return length > _buffer.Length ? new AddressNotice { IsLossy = true } : AddressNotice.Read(_buffer.AsSpan(0, length));
        }
        catch (NetlinkTransportException lost) when (lost.Errno == Errno.ENOBUFS)
        {
            return new AddressNotice { IsLossy = true };
        }
    }

    /// <inheritdoc/>
    public void StopWaiting() => _end.Set();

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _end.Dispose();
    }
}
