using System.Collections.Concurrent;
using Gorb.Documents.Checks;
using Gorb.Health.Policy;
using Gorb.Health.Probes;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Writer;

namespace Gorb.Health.Monitoring;

/// <summary>
/// The scheduler of all checks. It follows the wanted table, starts due checks, turns results into verdicts, and posts changed verdicts to the writer in
/// batches. It never waits: <see cref="Tick"/> does all due work and returns when to call it again.
/// </summary>
internal sealed class PulseMonitor : IProbeSink
{
    private readonly Lock _lock = new();
    private readonly TableWriter _tableWriter;
    private readonly IProber _prober;
    private readonly CheckBound _bound;
    private readonly CheckMetrics _metrics;
    private readonly SteadyClock _clock;
    private readonly VerdictPublisher _publisher;
    private readonly ConcurrentQueue<(int Ticket, ProbeResult Result)> _results = [];
    private readonly Dictionary<int, Check> _running = [];
    private readonly Dictionary<(ProbeTarget, PulseOptions), Check> _checks = [];
    private readonly Dictionary<(string Service, string Backend), MonitoredBackend> _backends = [];
    private readonly PriorityQueue<object, DateTimeOffset> _agenda = new(); // checks, and backends with a growing weight
    private readonly Lateness _lateness;
    private readonly LocalFailures _localFailures;
    private readonly Transitions _transitions;
    private TableVersion? _seen;
    private int _lastTicket;

    public PulseMonitor(
        TableWriter tableWriter, IProber prober, CheckBound bound, CheckMetrics metrics, EventHub events, SteadyClock clock, ILogger<PulseMonitor> logger)
    {
        (_tableWriter, _prober, _bound, _metrics, _clock) = (tableWriter, prober, bound, metrics, clock);
        _lateness = new Lateness(logger, bound);
        _localFailures = new LocalFailures(logger);
        _transitions = new Transitions(logger, metrics, events);
        _publisher = new VerdictPublisher(tableWriter, _lock, clock, logger);
        _publisher.Answered += () => Woken?.Invoke();
    }

    /// <summary>Raised, on any thread, when there is work before the time that the last <see cref="Tick"/> returned.</summary>
    public event Action? Woken;

    /// <summary>True when a <see cref="Tick"/> would find no work now.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                var now = _clock.Now;
                return _results.IsEmpty && ReferenceEquals(_seen, _tableWriter.Latest) && _publisher.IsIdle(now)
                    && (_running.Count >= _bound.Checks || !_agenda.TryPeek(out _, out var due) || due > now);
            }
        }
    }

    /// <summary>Queues a result; called by probers on any thread.</summary>
    public void Complete(int ticket, ProbeResult result)
    {
        _results.Enqueue((ticket, result));
        Woken?.Invoke();
    }

    /// <summary>Does all due work.</summary>
    /// <returns>When to call again, by the steady clock; null when only an event can bring more work.</returns>
    public DateTimeOffset? Tick()
    {
        lock (_lock)
        {
            var now = _clock.Now;
            FollowTable(_tableWriter.Latest, now);
            ApplyResults(now);
            RunAgenda(now);
            Post(now);
            var retry = _publisher.RetryAt;
            return _running.Count < _bound.Checks && _agenda.TryPeek(out _, out var due) && !(due > retry) ? due : retry; // at the limit of running checks, a result wakes the monitor
        }
    }

    /// <summary>The report of a backend; null while it is not monitored.</summary>
    public BackendReport? Find(string service, string backend)
    {
        lock (_lock)
        {
            return _backends.TryGetValue((service, backend), out var monitored) ? BackendReport.Of(monitored, _clock) : null;
        }
    }

    /// <summary>The reports of all backends.</summary>
    public IReadOnlyList<BackendReport> All()
    {
        lock (_lock)
        {
            return [.. _backends.Values.Select(monitored => BackendReport.Of(monitored, _clock))];
        }
    }

    private void FollowTable(TableVersion latest, DateTimeOffset now)
    {
        var seen = _seen;
        if (ReferenceEquals(latest, seen))
        {
            return;
        }

        _seen = latest;
        var changed = latest.ChangedSince(seen).Select(name => (Before: seen?.Table.Find(name), After: latest.Table.Find(name)))
            .Where(service => !ReferenceEquals(service.Before, service.After)).ToList();
        foreach (var (before, after) in changed) // removals first, so that a new backend does not take over the checks of a removed one
        {
            RemoveBackends(before, after);
        }

        foreach (var (_, after) in changed)
        {
            FollowService(after, now);
        }
    }

    private void RemoveBackends(Service? before, Service? after)
    {
        foreach (var name in before?.Backends.Keys ?? [])
        {
            if (_backends.TryGetValue((before!.Name, name), out var monitored) && !(after?.Backends.Find(name) is { } backend && monitored.IsSameAs(backend)))
            {
                Remove(monitored);
            }
        }
    }

    private void FollowService(Service? service, DateTimeOffset now)
    {
        foreach (var backend in service?.Backends.Values ?? [])
        {
            var monitored = Monitor(service!, backend, now);
            if (monitored.UpdateVerdict(now) || monitored.NeedsPost(now)) // without checks it is up; with shared checks it takes their verdict
            {
                _publisher.Add(monitored);
            }
        }
    }

    private MonitoredBackend Monitor(Service service, Backend backend, DateTimeOffset now)
    {
        if (!_backends.TryGetValue((service.Name, backend.Name), out var monitored))
        {
            monitored = new MonitoredBackend(service, backend);
            _backends.Add((service.Name, backend.Name), monitored);
            PlanChecks(monitored, service, monitored.Start, now);
        }
        else if (!monitored.Refresh(service, backend, now))
        {
            PlanChecks(monitored, service, CheckState.Assume(monitored.Verdict), now);
        }

        return monitored;
    }

    /// <summary>Replaces its checks by those of its current settings. Checks that stay keep their state.</summary>
    private void PlanChecks(MonitoredBackend monitored, Service service, CheckState start, DateTimeOffset now)
    {
        var before = monitored.Checks;
        var plans = CheckPlan.Of(service, monitored.Backend);
        monitored.Checks = plans.Count == 0 ? [] : new Check[plans.Count];
        for (var i = 0; i < plans.Count; i++)
        {
            monitored.Checks[i] = FindOrAdd(plans[i].Target, plans[i].Options, start, now);
            monitored.Checks[i].Backends.Add(monitored);
        }

        ReleaseChecks(monitored, before);
    }

    private Check FindOrAdd(ProbeTarget target, PulseOptions options, CheckState start, DateTimeOffset now)
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
    /// The delay of a first check. It spreads checks that were added at once, because their intervals would keep them together for good. UDP checks are
    /// spread over their whole interval, since a host sends only a few ICMP errors per second.
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

    private void Remove(MonitoredBackend monitored)
    {
        _backends.Remove((monitored.Service, monitored.Name));
        monitored.IsRemoved = true;
        ReleaseChecks(monitored, monitored.Checks);
    }

    private void ReleaseChecks(MonitoredBackend monitored, Check[] checks)
    {
        foreach (var check in checks)
        {
            check.Backends.Remove(monitored);
            if (check.Backends.Count == 0)
            {
                _checks.Remove((check.Target, check.Options)); // an agenda entry or a late result of this check is ignored
            }
        }
    }

    private void ApplyResults(DateTimeOffset now)
    {
        while (_results.TryDequeue(out var completed))
        {
            if (!_running.Remove(completed.Ticket, out var check) || check.Backends.Count == 0)
            {
                continue;
            }

            if (completed.Result.IsLocalFault)
            {
                check.Postpone(completed.Result.Reason, now);
                _agenda.Enqueue(check, check.Due);
                _localFailures.Report(check.Target, completed.Result, now);
                continue;
            }

            check.Apply(completed.Result, now);
            _metrics.RecordResult(check.Target, completed.Result);
            _agenda.Enqueue(check, check.Due);
            foreach (var monitored in check.Backends.Where(monitored => monitored.UpdateVerdict(now)))
            {
                _transitions.Report(monitored, completed.Result);
                _publisher.Add(monitored);
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
                case Check { Backends.Count: > 0, IsRunning: false } check:
                    Start(check, due, now);
                    break;
                case MonitoredBackend { UpSince: not null, IsRemoved: false } monitored:
                    _publisher.Add(monitored);
                    break;
            }
        }
    }

    private void Start(Check check, DateTimeOffset due, DateTimeOffset now)
    {
        _lateness.Record(now - due, now);
        _metrics.RecordStart(check.Target, now - due);
        check.Begin(now);
        _running.Add(++_lastTicket, check);
        _prober.Start(check.Target, this, _lastTicket);
    }

    /// <summary>Posts changed verdicts and schedules the next step of growing weights.</summary>
    private void Post(DateTimeOffset now)
    {
        foreach (var monitored in _publisher.Post(now))
        {
            if (monitored.UntilNextStep(now) is { } step)
            {
                _agenda.Enqueue(monitored, now + step);
            }
            else if (monitored.UpSince is { } since && now - since < monitored.SlowStart)
            {
                _agenda.Enqueue(monitored, since + monitored.SlowStart); // the backend is drained or forced: its weight counts as grown when that is lifted
            }
        }
    }
}
