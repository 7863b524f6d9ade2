using System.Collections.Concurrent;
using Gorb.Documents.Checks;
using Gorb.Health.Policy;
using Gorb.Health.Probes;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Writer;

namespace Gorb.Health.Monitoring;

/// <summary>
/// The one scheduler of all checks. It follows the wanted table, starts what is due, turns results into verdicts and posts changed ones to
/// the writer, many at once. Nothing in it waits: <see cref="Tick"/> does what there is to do and says when to come back.
/// </summary>
internal sealed class PulseMonitor : IProbeSink
{
    private readonly Lock _lock = new();
    private readonly Balancer _balancer;
    private readonly IProber _prober;
    private readonly CheckBound _bound;
    private readonly CheckMetrics _metrics;
    private readonly SteadyClock _clock;
    private readonly VerdictPublisher _outbox;
    private readonly ConcurrentQueue<(int Ticket, ProbeResult Result)> _results = [];
    private readonly Dictionary<int, Check> _running = [];
    private readonly Dictionary<(ProbeTarget, PulseOptions), Check> _checks = [];
    private readonly Dictionary<(string Service, string Backend), MonitoredBackend> _watched = [];
    private readonly PriorityQueue<object, DateTimeOffset> _agenda = new(); // checks, and backends whose weight grows
    private readonly Lateness _lateness;
    private readonly LocalFailures _ourFaults;
    private readonly Transitions _transitions;
    private TableVersion? _seen;
    private int _lastTicket;

    public PulseMonitor(
        Balancer balancer, IProber prober, CheckBound bound, CheckMetrics metrics, EventHub events, SteadyClock clock, ILogger<PulseMonitor> logger)
    {
        (_balancer, _prober, _bound, _metrics, _clock) = (balancer, prober, bound, metrics, clock);
        _lateness = new Lateness(logger, bound);
        _ourFaults = new LocalFailures(logger);
        _transitions = new Transitions(logger, metrics, events);
        _outbox = new VerdictPublisher(balancer, _lock, clock, logger);
        _outbox.Answered += () => Woken?.Invoke();
    }

    /// <summary>Raised when there is something to do before the time that the last <see cref="Tick"/> named; on any thread.</summary>
    public event Action? Woken;

    /// <summary>True when a <see cref="Tick"/> would find nothing to do now.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                var now = _clock.Now;
                return _results.IsEmpty && ReferenceEquals(_seen, _balancer.Latest) && _outbox.IsIdle(now)
                    && (_running.Count >= _bound.Checks || !_agenda.TryPeek(out _, out var due) || due > now);
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
    /// <returns>When to come back, by the steady clock, or null when only an event can bring something to do.</returns>
    public DateTimeOffset? Tick()
    {
        lock (_lock)
        {
            var now = _clock.Now;
            Follow(_balancer.Latest, now);
            TakeResults(now);
            RunAgenda(now);
            Post(now);
            var retry = _outbox.RetryAt;
            return _running.Count < _bound.Checks && _agenda.TryPeek(out _, out var due) && !(due > retry) ? due : retry; // else until a check ends
        }
    }

    /// <summary>What is known of a backend, or null when it is not watched (yet).</summary>
    public BackendReport? Find(string service, string backend)
    {
        lock (_lock)
        {
            return _watched.TryGetValue((service, backend), out var watched) ? BackendReport.Of(watched, _clock) : null;
        }
    }

    /// <summary>What is known of all backends.</summary>
    public IReadOnlyList<BackendReport> All()
    {
        lock (_lock)
        {
            return [.. _watched.Values.Select(watched => BackendReport.Of(watched, _clock))];
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
                _outbox.Add(watched);
            }
        }
    }

    private MonitoredBackend Watch(Service service, Backend backend, DateTimeOffset now)
    {
        if (!_watched.TryGetValue((service.Name, backend.Name), out var watched))
        {
            watched = new MonitoredBackend(service, backend);
            _watched.Add((service.Name, backend.Name), watched);
            Plan(watched, service, watched.Start, now);
        }
        else if (!watched.Refresh(service, backend, now))
        {
            Plan(watched, service, CheckState.Assume(watched.Verdict), now);
        }

        return watched;
    }

    /// <summary>Gives it the checks that are asked for by now. Those that it had before go on as they are.</summary>
    private void Plan(MonitoredBackend watched, Service service, CheckState start, DateTimeOffset now)
    {
        var before = watched.Checks;
        watched.Checks = [.. CheckPlan.Of(service, watched.Backend).Select(plan => Find(plan.Target, plan.Options, start, now))];
        watched.Checks.ForEach(check => check.Watchers.Add(watched));
        Leave(watched, before);
    }

    private Check Find(ProbeTarget target, PulseOptions options, CheckState start, DateTimeOffset now)
    {
        if (!_checks.TryGetValue((target, options), out var check))
        {
            check = new Check(target, options, start, now + FirstDelay(options));
            _checks.Add((target, options), check);
            _agenda.Enqueue(check, check.Due);
        }

        return check;
    }

    /// <summary>
    /// Spreads first checks, so that thousands that were asked for at once do not stay a herd for ever; those of udp over the whole interval, since a
    /// host tells of few closed ports a second only.
    /// </summary>
    private TimeSpan FirstDelay(PulseOptions options)
    {
        if (options.Args is UdpArgs)
        {
            return Random.Shared.NextDouble() * options.Interval;
        }

        var spread = TimeSpan.FromMilliseconds(200 + _checks.Count);
        return Random.Shared.NextDouble() * (spread < options.Interval ? spread : options.Interval);
    }

    private void Forget(MonitoredBackend watched)
    {
        _watched.Remove((watched.Service, watched.Name));
        watched.IsForgotten = true;
        Leave(watched, watched.Checks);
    }

    private void Leave(MonitoredBackend watched, List<Check> checks)
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
                check.Postpone(found.Result.Reason, now);
                _agenda.Enqueue(check, check.Due);
                _ourFaults.Take(check.Target, found.Result, now);
                continue;
            }

            check.Take(found.Result, now);
            _metrics.TakeResult(check.Target, found.Result);
            _agenda.Enqueue(check, check.Due);
            foreach (var watched in check.Watchers.Where(watched => watched.Judge(now)))
            {
                _transitions.Take(watched, found.Result);
                _outbox.Add(watched);
            }
        }
    }

    private void RunAgenda(DateTimeOffset now)
    {
        while (_running.Count < _bound.Checks && _agenda.TryPeek(out var item, out var due) && due <= now)
        {
            _agenda.Dequeue();
            switch (item)
            {
                case Check { Watchers.Count: > 0, IsRunning: false } check:
                    Start(check, due, now);
                    break;
                case MonitoredBackend { UpSince: not null, IsForgotten: false } watched:
                    _outbox.Add(watched);
                    break;
            }
        }
    }

    private void Start(Check check, DateTimeOffset due, DateTimeOffset now)
    {
        _lateness.Take(now - due, now);
        _metrics.TakeStart(check.Target, now - due);
        check.Begin(now);
        _running.Add(++_lastTicket, check);
        _prober.Start(check.Target, this, _lastTicket);
    }

    /// <summary>Posts what changed, and comes back to what goes on growing.</summary>
    private void Post(DateTimeOffset now)
    {
        foreach (var watched in _outbox.Post(now))
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
    }
}
