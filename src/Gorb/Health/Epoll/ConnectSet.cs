using System.ComponentModel;
using System.Net;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace Gorb.Health.Epoll;

/// <summary>
/// TCP sockets that connect without anybody waiting for each, watched by one epoll instance. Sockets are bare descriptors: a managed socket
/// costs several times the system calls that a check of a backend needs.
/// </summary>
internal sealed unsafe class ConnectSet : IDisposable
{
    private const int MaxEvents = 256;

    private readonly epoll_event[] _events = new epoll_event[MaxEvents];
    private readonly int[] _ready = new int[MaxEvents];
    private readonly int _epoll;
    private readonly int _waker;

    /// <exception cref="Win32Exception">The system refuses the two descriptors that this needs for itself.</exception>
    public ConnectSet()
    {
        _epoll = Check("epoll_create1", epoll_create1(EPOLL_CLOEXEC));
        _waker = Check("eventfd", eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
        Check("epoll_ctl", Watch(_waker, EPOLLIN | EPOLLET)); // edge-triggered: every write is an event, and none has to be read away
    }

    /// <summary>Starts to connect.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="descriptor">The socket, to be closed by <see cref="Close"/>; -1 when there is none.</param>
    /// <returns>0 when connected at once, EINPROGRESS when it goes on, else the errno of what failed.</returns>
    public static int Connect(IPEndPoint endpoint, out int descriptor)
    {
        var family = endpoint.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? AF_INET : AF_INET6;
        descriptor = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (descriptor < 0)
        {
            return errno;
        }

        // Closed by a reset: no TIME_WAIT on either side, and a server that has not accepted yet need not.
        var reset = new linger { l_onoff = 1, l_linger = 0 };
        _ = setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &reset, sizeof(linger));
        var address = endpoint.Serialize();
        fixed (byte* bytes = address.Buffer.Span)
        {
            return connect(descriptor, (sockaddr*)bytes, address.Size) == 0 ? 0 : errno;
        }
    }

    /// <summary>From now on <see cref="Wait"/> says when the socket has connected or failed.</summary>
    /// <returns>0, or an errno.</returns>
    public int Watch(int descriptor) => Watch(descriptor, EPOLLOUT) == 0 ? 0 : errno;

    /// <summary>Waits until a socket has connected or failed, or for the timeout, or to be woken.</summary>
    /// <param name="milliseconds">The timeout; -1 for none.</param>
    /// <returns>The sockets, valid until the next call.</returns>
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

    /// <summary>Ends a <see cref="Wait"/>, or the next one.</summary>
    public void Wake()
    {
        var one = 1UL;
        _ = write(_waker, &one, sizeof(ulong)); // fails only when the counter is full, and then the other side wakes anyhow
    }

    /// <summary>What became of a socket that <see cref="Wait"/> named: 0 for connected, or an errno.</summary>
    public static int Outcome(int descriptor)
    {
        var error = 0;
        socklen_t length = sizeof(int);
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
    }

    /// <summary>Closes a socket by a reset; it is no longer watched.</summary>
    public static void Close(int descriptor) => _ = close(descriptor); // the descriptor is gone whatever this answers (close(2))

    public void Dispose()
    {
        Close(_waker);
        Close(_epoll);
    }

    private int Watch(int descriptor, int events)
    {
        var wanted = new epoll_event { events = events };
        wanted.data.fd = descriptor;
        return epoll_ctl(_epoll, EPOLL_CTL_ADD, descriptor, &wanted);
    }

    private static int Check(string call, int result) => result >= 0 ? result : throw new Win32Exception(errno, call);
}
