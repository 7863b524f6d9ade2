using System.Collections.Concurrent;
using System.Net;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Gorb.Logging;

namespace Gorb.Targets.Host.Addresses;

/// <summary>
/// Tells the neighbours that addresses are on this host now: five frames at once and five more later, because a frame can be lost and a switch may not forward yet. Thread-safe.
/// </summary>
internal sealed partial class AnnouncementQueue(HostNetwork network, TimeProvider time, ILogger<AnnouncementQueue> logger) : IDisposable
{
    private const int Frames = 5;

    /// <summary>When the later frames follow.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = logger;
    private readonly Lock _lock = new();
    private readonly Lock _sending = new();
    private readonly HashSet<Announcement> _now = [];
    private readonly Queue<(long At, IReadOnlyList<Announcement> Announcements)> _later = [];
    private readonly ConcurrentDictionary<IPAddress, Announced> _last = [];
    private readonly RepeatFilter _repeats = new();
    private ITimer? _timer;
    private IAnnouncer? _announcer;
    private bool _isBusy;
    private bool _isClosed;

    /// <summary>Announces addresses in the background, now and later. Addresses that this host does not have then are left out.</summary>
    /// <param name="addresses">The addresses.</param>
    /// <param name="link">The only link on which to announce them; null for all on which neighbours can know them.</param>
    public void Post(IEnumerable<IPAddress> addresses, string? link = null)
    {
        Announcement[] posted = [.. addresses.Select(address => new Announcement(address, link))];
        if (posted.Length > 0)
        {
            PostLater(posted);
            PostNow(posted);
        }
    }

    /// <summary>Announces an address before it returns, and again later.</summary>
    /// <returns>The names of the links on which it was announced; none when no neighbour can know it.</returns>
    /// <exception cref="AddressException">The kernel refuses to send the frames.</exception>
    /// <exception cref="NetlinkException">The links cannot be read.</exception>
    public IReadOnlyList<string> Send(IPAddress address)
    {
        var announcement = new Announcement(address, null);
        lock (_sending)
        {
            Send(announcement, Read());
        }

        PostLater([announcement]);
        return Last(address)?.Links ?? [];
    }

    /// <summary>When and where an address was last announced; null when it was not.</summary>
    public Announced? Last(IPAddress address) => _last.GetValueOrDefault(address);

    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            _timer?.Dispose();
            _later.Clear();
            _now.Clear();
        }

        lock (_sending)
        {
            _announcer?.Dispose();
            _announcer = null;
        }
    }

    private void PostNow(IEnumerable<Announcement> announcements)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            _now.UnionWith(announcements);
            if (!_isBusy)
            {
                _isBusy = true;
                ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.SendPosted(), this, preferLocal: false);
            }
        }
    }

    private void PostLater(IReadOnlyList<Announcement> announcements)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            _later.Enqueue((time.GetTimestamp(), announcements));
            if (_later.Count == 1)
            {
                _timer ??= time.CreateTimer(_ => PostDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _timer.Change(Later, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Posts all later frames that are due, and sets the timer for the next.</summary>
    private void PostDue()
    {
        lock (_lock)
        {
            while (_later.TryPeek(out var next))
            {
                var left = Later - time.GetElapsedTime(next.At);
                if (left > TimeSpan.Zero)
                {
                    _timer!.Change(left, Timeout.InfiniteTimeSpan);
                    return;
                }

                PostNow(_later.Dequeue().Announcements);
            }
        }
    }

    private void SendPosted()
    {
        while (TryTake(out var announcements))
        {
            lock (_sending)
            {
                TrySend(announcements);
            }
        }
    }

    private bool TryTake(out Announcement[] announcements)
    {
        lock (_lock)
        {
            announcements = [.. _now];
            _now.Clear();
            _isBusy = announcements.Length > 0;
            return _isBusy;
        }
    }

    private void TrySend(Announcement[] announcements)
    {
        try
        {
            var host = Read();
            Array.ForEach(announcements, announcement => Send(announcement, host));
            _repeats.End();
        }
        catch (Exception error) when (error is AddressException or NetlinkException)
        {
            if (!_isClosed && _repeats.IsNew(error.Message))
            {
                LogNotAnnounced(error.Message);
            }
        }
    }

    private HostAddresses Read()
    {
        using var client = network.Connect();
        return HostAddresses.Read(client);
    }

    private void Send(Announcement announcement, HostAddresses host)
    {
        var address = announcement.Address;
        if (_isClosed || !host.DevicesOf(address).Any())
        {
            _last.TryRemove(address, out _);
            return;
        }

        var links = host.FindWires(address).Where(link => announcement.Link is null || link.Name == announcement.Link).ToList();
        if (links.Count == 0)
        {
            return;
        }

        _announcer ??= network.OpenAnnouncer();
        foreach (var link in links)
        {
            for (var frame = 0; frame < Frames; frame++)
            {
                _announcer.Announce(link, address);
            }
        }

        _last[address] = new Announced(time.GetUtcNow(), [.. links.Select(static link => link.Name)]);
    }

    [LoggerMessage(1184, LogLevel.Warning, "Neighbours are not told of this host's addresses, and find them only when they ask again: {Reason}")]
    private partial void LogNotAnnounced(string reason);

    private readonly record struct Announcement(IPAddress Address, string? Link);
}

/// <summary>An announcement that was sent.</summary>
/// <param name="At">When it was sent.</param>
/// <param name="Links">The names of the links on which it was sent.</param>
internal sealed record Announced(DateTimeOffset At, IReadOnlyList<string> Links);
