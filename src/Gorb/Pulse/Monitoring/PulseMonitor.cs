using System.Collections.Concurrent;
using Gorb.Balancing;
using Gorb.Events;
using Gorb.Pulse.Policy;
using Gorb.Pulse.Probes;

namespace Gorb.Pulse.Monitoring;

/// <summary>
/// The one scheduler of all checks. It follows the wanted table, starts what is due, turns results into verdicts and posts changed ones to
/// the writer, many at once. Nothing in it waits: <see cref="Tick"/> does what there is to do and says when to come back.
/// </summary>
internal sealed partial class PulseMonitor(
    Balancer balancer, IProber prober, CheckBound bound, CheckMetrics metrics, EventHub events, TimeProvider time, ILogger<PulseMonitor> logger) : IProbeSink
{
    /// <summary>How soon verdicts are posted again that the writer could not bring into the kernel.</summary>
    private static readonly TimeSpan RetryTime = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly ConcurrentQueue<(int Ticket, ProbeResult Result)> _results = [];
    private readonly Dictionary<int, Check> _running = [];
    private readonly Dictionary<(ProbeTarget, PulseOptions), Check> _checks = [];
    private readonly Dictionary<(string Service, string Backend), Watched> _watched = [];
    private readonly PriorityQueue<object, DateTimeOffset> _agenda = new(); // checks, and backends whose weight grows
    private readonly HashSet<Watched> _changed = [];
    private readonly Lateness _lateness = new(logger, bound);
    private readonly OurFaults _ourFaults = new(logger);
    private readonly Transitions _transitions = new(logger, metrics, events);
    private readonly ILogger _logger = logger;
    private TableVersion? _seen;
    private Task _posting = Task.CompletedTask;
    private DateTimeOffset _postFrom;
    private int _lastTicket;

    /// <summary>Raised when there is something to do before the time that the last <see cref="Tick"/> named; on any thread.</summary>
    public event Action? Woken;

    /// <summary>True when a <see cref="Tick"/> would find nothing to do now.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                var now = time.GetUtcNow();
                return _results.IsEmpty && _posting.IsCompleted && ReferenceEquals(_seen, balancer.Latest)
                    && (_changed.Count == 0 || now < _postFrom) && (_running.Count >= bound.Checks || !_agenda.TryPeek(out _, out var due) || due > now);
            }
        }
    }

    /// <summary>Takes a result; called by probers, on any thread.</summary>
    public void Complete(int ticket, ProbeResult result)
    {
        _results.Enqueue((ticket, result));
        Woken?.Invoke();
    }

    /// <summary>Does everything that is due.</summary>
    /// <returns>When to come back, or null when only an event can bring something to do.</returns>
    public DateTimeOffset? Tick()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            Follow(balancer.Latest, now);
            TakeResults(now);
            RunAgenda(now);
            Post(now);
            if (_running.Count >= bound.Checks)
            {
                return null; // until a check ends
            }

            return _agenda.TryPeek(out _, out var due) ? due : _changed.Count > 0 && _posting.IsCompleted ? _postFrom : null;
        }
    }

    /// <summary>What is known of a backend, or null when it is not watched (yet).</summary>
    public BackendReport? Find(string service, string backend)
    {
        lock (_lock)
        {
            return _watched.TryGetValue((service, backend), out var watched) ? BackendReport.Of(watched) : null;
        }
    }

    /// <summary>What is known of all backends.</summary>
    public IReadOnlyList<BackendReport> All()
    {
        lock (_lock)
        {
            return [.. _watched.Values.Select(BackendReport.Of)];
        }
    }

    private void Follow(TableVersion latest, DateTimeOffset now)
    {
        var seen = _seen;
        if (ReferenceEquals(latest, seen))
        {
            return;
        }

        _seen = latest;
        var changed = latest.ChangedSince(seen).Select(name => (Before: seen?.Table.Find(name), After: latest.Table.Find(name)))
            .Where(service => !ReferenceEquals(service.Before, service.After)).ToList();
        foreach (var (before, after) in changed) // first, so that what is new elsewhere does not take over the checks of what is gone
        {
            Forget(before, after);
        }

        foreach (var (_, after) in changed)
        {
            Follow(after, now);
        }
    }

    private void Forget(Service? before, Service? after)
    {
        foreach (var name in before?.Backends.Keys ?? [])
        {
            if (_watched.TryGetValue((before!.Name, name), out var watched) && !(after?.Backends.Find(name) is { } backend && watched.Is(backend)))
            {
                Forget(watched);
            }
        }
    }

    private void Follow(Service? service, DateTimeOffset now)
    {
        foreach (var backend in service?.Backends.Values ?? [])
        {
            var watched = Watch(service!, backend, now);
            if (watched.Judge(now) || watched.IsNews(now)) // without checks it is up; with checks that others brought, what those say
            {
                _changed.Add(watched);
            }
        }
    }

    private Watched Watch(Service service, Backend backend, DateTimeOffset now)
    {
        if (!_watched.TryGetValue((service.Name, backend.Name), out var watched))
        {
            watched = new Watched(service, backend);
            _watched.Add((service.Name, backend.Name), watched);
            Plan(watched, service, now);
        }
        else if (!watched.Refresh(service, backend, now))
        {
            Plan(watched, service, now);
        }

        return watched;
    }

    /// <summary>Gives it the checks that are asked for by now. Those that it had before go on as they are.</summary>
    private void Plan(Watched watched, Service service, DateTimeOffset now)
    {
        var before = watched.Checks;
        watched.Checks = [.. CheckPlan.Of(service, watched.Backend).Select(plan => Find(plan.Target, plan.Options, watched.Verdict, now))];
        watched.Checks.ForEach(check => check.Watchers.Add(watched));
        Leave(watched, before);
    }

    private Check Find(ProbeTarget target, PulseOptions options, Verdict verdict, DateTimeOffset now)
    {
        if (!_checks.TryGetValue((target, options), out var check))
        {
            check = new Check(target, options, CheckState.Assume(verdict), now + FirstDelay(options));
            _checks.Add((target, options), check);
            _agenda.Enqueue(check, check.Due);
        }

        return check;
    }

    /// <summary>Spreads first checks, so that thousands that were asked for at once do not stay a herd for ever.</summary>
    private TimeSpan FirstDelay(PulseOptions options)
    {
        var spread = TimeSpan.FromMilliseconds(200 + _checks.Count);
        return Random.Shared.NextDouble() * (spread < options.Interval ? spread : options.Interval);
    }

    private void Forget(Watched watched)
    {
        _watched.Remove((watched.Service, watched.Name));
        _changed.Remove(watched);
        Leave(watched, watched.Checks);
    }

    private void Leave(Watched watched, List<Check> checks)
    {
        foreach (var check in checks)
        {
            check.Watchers.Remove(watched);
            if (check.Watchers.Count == 0)
            {
                _checks.Remove((check.Target, check.Options)); // its place in the agenda, or its result, finds nobody
            }
        }
    }

    private void TakeResults(DateTimeOffset now)
    {
        while (_results.TryDequeue(out var found))
        {
            if (!_running.Remove(found.Ticket, out var check) || check.Watchers.Count == 0)
            {
                continue;
            }

            if (found.Result.IsOurFault)
            {
                check.Postpone(now);
                _agenda.Enqueue(check, check.Due);
                _ourFaults.Take(found.Result.Reason, now);
                continue;
            }

            check.Take(found.Result, now);
            metrics.TakeResult(check.Target, found.Result);
            _agenda.Enqueue(check, check.Due);
            foreach (var watched in check.Watchers.Where(watched => watched.Judge(now)))
            {
                _transitions.Take(watched, found.Result);
                _changed.Add(watched);
            }
        }
    }

    private void RunAgenda(DateTimeOffset now)
    {
        while (_running.Count < bound.Checks && _agenda.TryPeek(out var item, out var due) && due <= now)
        {
            _agenda.Dequeue();
            switch (item)
            {
                case Check { Watchers.Count: > 0, IsRunning: false } check:
                    Start(check, due, now);
                    break;
                case Watched { UpSince: not null } watched when IsWatched(watched):
                    _changed.Add(watched);
                    break;
            }
        }
    }

    private bool IsWatched(Watched watched) => ReferenceEquals(_watched.GetValueOrDefault((watched.Service, watched.Name)), watched);

    private void Start(Check check, DateTimeOffset due, DateTimeOffset now)
    {
        _lateness.Take(now - due, now);
        metrics.TakeStart(check.Target, now - due);
        check.Begin(now);
        _running.Add(++_lastTicket, check);
        prober.Start(check.Target, this, _lastTicket);
    }

    /// <summary>Posts what changed, one post at a time: what changes meanwhile goes with the next.</summary>
    private void Post(DateTimeOffset now)
    {
        if (_changed.Count == 0 || !_posting.IsCompleted || now < _postFrom)
        {
            return;
        }

        var changed = _changed.ToList();
        _changed.Clear();
        foreach (var watched in changed)
        {
            if (watched.UntilNextStep(now) is { } step)
            {
                _agenda.Enqueue(watched, now + step);
            }
            else if (watched.UpSince is { } since && now - since < watched.SlowStart)
            {
                _agenda.Enqueue(watched, since + watched.SlowStart); // drained or forced: it has grown when that is lifted later
            }
        }

        var posts = changed
            .Select(watched => (watched.Service, Found: (watched.Name, watched.Backend.Spec.Key, watched.Health(now))))
            .GroupBy(post => post.Service, post => post.Found)
            .ToList();
        _posting = PostAsync(changed, transaction => posts.ForEach(post => transaction.PutHealth(post.Key, post)));
    }

    private async Task PostAsync(List<Watched> changed, Action<Transaction> edit)
    {
        try
        {
            await balancer.ChangeAsync(edit).ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // completes outside the lock
        }
        catch (RequestException error)
        {
            LogNotPosted(changed.Count, error.Problems is [var first, ..] ? first.Text : error.Message);
            lock (_lock)
            {
                _changed.UnionWith(changed.Where(IsWatched));
                _postFrom = time.GetUtcNow() + RetryTime;
            }
        }

        Woken?.Invoke();
    }

    [LoggerMessage(2003, LogLevel.Error, "{Count} verdicts could not be brought into the kernel and will be tried again: {Reason}")]
    private partial void LogNotPosted(int count, string reason);
}
