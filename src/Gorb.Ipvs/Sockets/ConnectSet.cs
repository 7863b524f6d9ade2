using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace Gorb.Ipvs.Sockets;

/// <summary>
/// Connects many TCP sockets at once and waits for all of them in one call (epoll(7)). Sockets are plain descriptors, because a managed socket costs
/// several times the system calls of a connect. Any thread may start connects, <see cref="Watch(int)"/> them and <see cref="Wake"/>; only one thread at a
/// time may call <see cref="Wait"/>.
/// </summary>
public sealed unsafe class ConnectSet : IDisposable
{
    private const int MaxEvents = 256;

    private readonly epoll_event[] _events = new epoll_event[MaxEvents];
    private readonly int[] _ready = new int[MaxEvents];
    private readonly int _epoll;
    private readonly int _waker = -1;

    /// <summary>Creates an empty set.</summary>
    /// <exception cref="Win32Exception">The system refuses the two descriptors of the set itself.</exception>
    public ConnectSet()
    {
        _epoll = Check("epoll_create1", epoll_create1(EPOLL_CLOEXEC));
        try
        {
            _waker = Check("eventfd", eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
            Check("epoll_ctl", Watch(_waker, EPOLLIN | EPOLLET)); // edge-triggered: every write is an event, and the counter need not be read
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Starts to connect a new socket, which is not watched yet.</summary>
    /// <param name="endpoint">An IPv4 or IPv6 address and the port.</param>
    /// <param name="descriptor">The socket; close it with <see cref="Close"/> even when connecting failed. -1 when it could not be created.</param>
    /// <returns><see cref="Errno.None"/> when connected at once, <see cref="Errno.EINPROGRESS"/> while connecting, else the reason of the failure.</returns>
    public static Errno Connect(IPEndPoint endpoint, out int descriptor) => Connect(endpoint, origin: null, out descriptor);

    /// <inheritdoc cref="Connect(IPEndPoint, out int)"/>
    /// <param name="endpoint">An IPv4 or IPv6 address and the port.</param>
    /// <param name="origin">The firewall mark and the source of the socket; null for none and the kernel's choice. A mark needs CAP_NET_ADMIN.</param>
    /// <param name="descriptor">The socket.</param>
    public static Errno Connect(IPEndPoint endpoint, MarkedSource? origin, out int descriptor)
    {
        descriptor = socket(endpoint.AddressFamily == AddressFamily.InterNetwork ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (descriptor < 0)
        {
            return (Errno)(int)errno;
        }

        // Close with a reset: no TIME_WAIT on either side, and a server that has not accepted the connection yet need not do so.
        var reset = new linger { l_onoff = 1, l_linger = 0 };
        _ = setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &reset, sizeof(linger));
        if (origin is { } source && source.Apply(descriptor) is not Errno.None and var refused)
        {
            return refused;
        }

        var address = endpoint.Serialize();
        fixed (byte* bytes = address.Buffer.Span)
        {
            return Result(connect(descriptor, (sockaddr*)bytes, address.Size));
        }
    }

    /// <summary>Watches a socket: <see cref="Wait"/> reports it once it has connected or failed.</summary>
    /// <param name="descriptor">A socket of <see cref="Connect(IPEndPoint, out int)"/>.</param>
    /// <returns><see cref="Errno.None"/>, or the reason why the socket cannot be watched.</returns>
    public Errno Watch(int descriptor) => Result(Watch(descriptor, EPOLLOUT));

    /// <summary>Waits until a watched socket has connected or failed, until the time-out, or until <see cref="Wake"/>.</summary>
    /// <param name="milliseconds">The time-out; -1 for none.</param>
    /// <returns>The sockets, valid until the next call; none after a time-out or a wake. A socket is reported again until it is closed.</returns>
    public ReadOnlySpan<int> Wait(int milliseconds)
    {
        fixed (epoll_event* events = _events)
        {
            var found = epoll_wait(_epoll, events, MaxEvents, milliseconds);
            var ready = 0;
            for (var i = 0; i < found; i++)
            {
                if (events[i].data.fd != _waker)
                {
                    _ready[ready++] = events[i].data.fd;
                }
            }

            return _ready.AsSpan(0, ready);
        }
    }

    /// <summary>Ends the current <see cref="Wait"/>, or the next one if none is active.</summary>
    public void Wake()
    {
        var one = 1UL;
        _ = write(_waker, &one, sizeof(ulong)); // fails only when the counter is full, and then the other thread wakes anyway
    }

    /// <summary>Reads, once, the outcome of a connect that <see cref="Wait"/> reported.</summary>
    /// <param name="descriptor">The socket.</param>
    /// <returns><see cref="Errno.None"/> when it is connected, else the reason of the failure.</returns>
    public static Errno Outcome(int descriptor)
    {
        var error = 0;
        socklen_t length = sizeof(int);
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? (Errno)error : (Errno)(int)errno;
    }

    /// <summary>Closes a socket with a reset; it is no longer watched.</summary>
    /// <param name="descriptor">A socket of <see cref="Connect(IPEndPoint, out int)"/> that has not been closed yet.</param>
    public static void Close(int descriptor) => _ = close(descriptor); // close(2) releases the descriptor even when it fails

    /// <summary>Disposes of the set. The caller must close sockets that are still open.</summary>
    public void Dispose()
    {
        if (_waker >= 0)
        {
            Close(_waker);
        }

        Close(_epoll);
    }

    private int Watch(int descriptor, int events)
    {
        var wanted = new epoll_event { events = events };
        wanted.data.fd = descriptor;
        return epoll_ctl(_epoll, EPOLL_CTL_ADD, descriptor, &wanted);
    }

    private static Errno Result(int result) => result == 0 ? Errno.None : (Errno)(int)errno;

    private static int Check(string call, int result) => result >= 0 ? result : throw new Win32Exception(errno, call);
}
