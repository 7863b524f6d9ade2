using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;

namespace Gorb.Targets.Host.Addresses;

/// <summary>Follows the kernel's notifications of links and addresses on a thread of its own.</summary>
/// <param name="network">The host's network.</param>
/// <param name="time">The time.</param>
/// <param name="logger">The log.</param>
internal sealed partial class AddressWatch(HostNetwork network, TimeProvider time, ILogger<AddressWatch> logger) : IDisposable
{
    /// <summary>How long further notices are gathered after the first one: one "ip link set down" causes many.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(50);

    private readonly ILogger _logger = logger;
    private readonly Dictionary<uint, NetworkLink> _links = [];
    private readonly Lock _lock = new();
    private IAddressMonitor? _monitor;
    private Thread? _thread;
    private ITimer? _timer;
    private bool _isGathering;

    /// <summary>Raised at every notice, after the events of its links. Handlers of these events must not block.</summary>
    public event Action<AddressNotice>? Noticed;

    /// <summary>Raised some time after <see cref="RequestComparison"/>, once for all requests of that time.</summary>
    public event Action? Changed;

    /// <summary>Raised when a link can send packets again, or for the first time.</summary>
    public event Action<NetworkLink>? LinkUp;

    /// <summary>Raised when a link goes down or is removed.</summary>
    public event Action<NetworkLink>? LinkDown;

    /// <summary>Opens the monitor and begins to follow it: changes after this call are noticed. Further calls do nothing.</summary>
    public void Start()
    {
        if (_monitor is not null)
        {
            return;
        }

        try
        {
            _monitor = network.Listen();
            ReadLinks();
            _timer = time.CreateTimer(_ => EndGathering(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _thread = new Thread(Follow) { IsBackground = true, Name = "addresses" };
            _thread.Start();
        }
        catch (Exception error) when (error is AddressException or NetlinkException)
        {
            LogBlind(error.Message);
        }
    }

    /// <summary>Requests that addresses are compared soon.</summary>
    public void RequestComparison()
    {
        lock (_lock)
        {
            if (!_isGathering)
            {
                _isGathering = true;
                _timer!.Change(Gathering, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose()
    {
        _monitor?.StopWaiting();
        _thread?.Join();
        _timer?.Dispose();
        _monitor?.Dispose();
    }

    private void Follow()
    {
        try
        {
            while (_monitor!.WaitForChange() is { } notice)
            {
                Note(notice);
            }
        }
        catch (Exception error) when (error is AddressException or NetlinkException)
        {
            LogBlind(error.Message);
        }
    }

    private void Note(AddressNotice notice)
    {
        if (notice.IsLossy)
        {
            ReadLinks();
        }

        foreach (var link in notice.Links)
        {
            Note(link);
        }

        foreach (var link in notice.RemovedLinks)
        {
            _links.Remove(link);
        }

        Noticed?.Invoke(notice);
    }

    private void ReadLinks()
    {
        using var client = network.Connect();
        var isFirst = _links.Count == 0;
        foreach (var link in client.GetLinks())
        {
            if (isFirst)
            {
                _links[link.Index] = link;
            }
            else
            {
                Note(link);
            }
        }
    }

    private void Note(NetworkLink link)
    {
        var before = _links.GetValueOrDefault(link.Index);
        _links[link.Index] = link;
        if (before is { IsUp: true } && !link.IsUp)
        {
            LinkDown?.Invoke(link);
        }

        if (link.IsRunning && before is not { IsRunning: true })
        {
            LinkUp?.Invoke(link);
        }
    }

    private void EndGathering()
    {
        lock (_lock)
        {
            _isGathering = false;
        }

        Changed?.Invoke();
    }

    [LoggerMessage(1183, LogLevel.Warning, "Changes of this host's addresses are noticed only by the comparison of --resync: {Reason}")]
    private partial void LogBlind(string reason);
}
