using Gorb.Ipvs.Netlink;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace Gorb.Ipvs.Interop;

/// <summary>Ends a wait for a descriptor from another thread (eventfd(2)).</summary>
internal sealed unsafe class WakeSignal : IDisposable
{
    private readonly SocketHandle _event;

    /// <exception cref="NetlinkTransportException">The process has no file descriptor left.</exception>
    public WakeSignal()
    {
        var descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        _event = descriptor >= 0 ? new SocketHandle(descriptor) : throw new NetlinkTransportException("eventfd", (Errno)errno);
    }

    /// <summary>Ends the current wait and all later ones. Can be called on any thread.</summary>
    public void Set()
    {
        if (!_event.IsClosed)
        {
            var one = 1UL;
            _ = write(_event.Descriptor, &one, sizeof(ulong)); // fails only when the counter is full, and then the signal is set already
        }
    }

    /// <summary>Waits until a descriptor is readable.</summary>
    /// <returns>False when <see cref="Set"/> was called.</returns>
    /// <exception cref="NetlinkTransportException">poll(2) failed.</exception>
    public bool Wait(int descriptor)
    {
        var waiting = stackalloc pollfd[2];
        waiting[0] = new pollfd { fd = _event.Descriptor, events = (short)POLLIN };
        waiting[1] = new pollfd { fd = descriptor, events = (short)POLLIN };
        while (poll(waiting, 2, -1) < 0)
        {
            var error = (Errno)errno;
            if (error != Errno.EINTR)
            {
                throw new NetlinkTransportException("poll", error);
            }
        }

        return waiting[0].revents == 0;
    }

    public void Dispose() => _event.Dispose();
}
