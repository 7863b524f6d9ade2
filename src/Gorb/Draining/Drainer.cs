using System.Collections.Immutable;
using Gorb.Ipvs;
using Gorb.Logging;
using Gorb.Model;
using Gorb.Targets.Ipvs;
using Gorb.Writer;

namespace Gorb.Draining;

/// <summary>
/// Removes draining backends when their last connection has ended or their time is up. Drains are part of the wanted table and its store, so they
/// continue after a restart. Deadlines follow the steady clock; when the host's clock is set, the saved deadlines are adjusted.
/// </summary>
internal sealed partial class Drainer(
    TableWriter tableWriter, ITableWriter wanted, KernelReader kernel, TrackedFlows tracked, OrphanedFlows orphaned, TimeProvider time, SteadyClock clock, ILogger<Drainer> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>The deviation from which a saved deadline is written again. A clock that is only slewed causes no writes.</summary>
    private static readonly TimeSpan MaxClockError = TimeSpan.FromSeconds(1);

    private readonly RepeatFilter _repeats = new();
    private volatile Work _work = new(null, []);

    /// <summary>Checks all draining backends once.</summary>
    public async Task CheckAsync()
    {
        var latest = tableWriter.Latest;
        _work = _work.Follow(latest);
        _repeats.Keep(_work.Services.Contains);
        foreach (var service in _work.Services.Select(latest.Table.Find).OfType<Service>())
        {
            await TryAsync(service);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await CheckAsync();
            }
        }
        catch (OperationCanceledException)
        {
            return; // the daemon is stopping; the store has the drains
        }
    }

    /// <summary>Checks a service. An error does not affect other services; the next second tries again.</summary>
    private async Task TryAsync(Service service)
    {
        try
        {
            await CheckAsync(service);
            await CheckDepartureAsync(service.Name);
            await FollowClockAsync(service);
            _repeats.End(service.Name);
        }
        catch (RequestException error)
        {
            var reason = error.Problems is [var problem, ..] ? problem.Text : error.Message;
            if (_repeats.IsNew(reason, service.Name))
            {
                LogNotRemoved(service.Name, reason);
            }
        }
        catch (Exception error) // an error of one service must not end all drains
        {
            if (_repeats.IsNew(error.Message, service.Name))
            {
                LogBroke(error, service.Name);
            }
        }
    }

    private async Task CheckAsync(Service service)
    {
        var view = kernel.Read(service.Spec.Key);
        var done = service.Backends.Values.Where(backend => backend.IsLeaving && IsDone(service, backend, view)).ToList();
        if (done.Count == 0)
        {
            return;
        }

        List<Backend> removed = [];
        await wanted.ChangeAsync(new ChangeOrigin(Actors.Drain), transaction => removed = Remove(transaction, service.Name, done))
            .ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // completions run on one thread, and deleting flows takes time
        if (removed.Count > 0)
        {
            tracked.Delete(service.Spec.Key, removed); // first, because the kernel drops packets of these flows until then
            LogRemoved(service.Name, string.Join(", ", removed.Select(backend => backend.Name)));
            orphaned.Warn(service.Spec.Key);
        }
    }

    /// <summary>Removes a service that its source no longer declares, once its grace is over and nothing of that source drains in it.</summary>
    private async Task CheckDepartureAsync(string service)
    {
        if (tableWriter.Current.Find(service) is not { } found || !IsDue(found))
        {
            return;
        }

        await wanted.ChangeAsync(new ChangeOrigin(Actors.Drain), transaction =>
        {
            if (transaction.Find(service) is { } present && IsDue(present))
            {
                transaction.Remove(present);
            }
        }).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        LogDeparted(service);
    }

    private bool IsDue(Service service) => service.Departure is { } departure && clock.Now >= departure.Deadline
        && !service.Backends.Values.Any(backend => backend.Source == service.Source && backend.IsLeaving);

    /// <summary>Removes the backends whose drain has not changed since the check.</summary>
    /// <returns>The removed backends.</returns>
    private static List<Backend> Remove(Transaction transaction, string name, List<Backend> done)
    {
        if (transaction.Find(name) is not { } service)
        {
            return [];
        }

        var removed = done.Select(backend => service.Backends.Find(backend.Name) is { } now && now.Spec.Drain == backend.Spec.Drain ? now : null)
            .OfType<Backend>().ToList();
        var names = removed.Select(backend => backend.Name).ToHashSet();
        if (removed.Count > 0)
        {
            transaction.Put(service with { Backends = Backends.Of([.. service.Backends.Values.Where(backend => !names.Contains(backend.Name))]) });
        }

        return removed;
    }

    /// <summary>Adjusts the saved deadlines when the host's clock was set, so that drains continue correctly after a restart.</summary>
    private async Task FollowClockAsync(Service service)
    {
        if (wanted.IsShared || Follow(service) is null) // in a cluster the deadline is by the clock of the director where the drain began
        {
            return;
        }

        await tableWriter.ChangeAsync(new ChangeOrigin(Actors.Drain), transaction =>
        {
            if (transaction.Find(service.Name) is { } present && Follow(present) is { } followed)
            {
                transaction.Put(followed);
            }
        }).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        LogClockSet(service.Name);
    }

    /// <returns>The service with deadlines adjusted to the host's clock; null when they are correct.</returns>
    private Service? Follow(Service service)
    {
        var moved = service.Backends.Values.Where(backend => backend.IsLeaving && IsOff(backend.Spec.Drain!.Value)).ToList();
        var departs = service.Departure is { } departure && IsOff(departure);
        return moved.Count == 0 && !departs ? null : service with
        {
            Departure = departs ? service.Departure!.Value.Following(clock) : service.Departure,
            Backends = moved.Aggregate(service.Backends, (backends, backend) =>
                backends.With(backend with { Spec = backend.Spec with { Drain = backend.Spec.Drain!.Value.Following(clock) } })),
        };
    }

    private bool IsOff(Drain drain) => (clock.HostTime(drain.Deadline) - drain.Until)?.Duration() > MaxClockError;

    private bool IsDone(Service service, Backend backend, KernelView view)
    {
        if (clock.Now >= backend.Spec.Drain?.Deadline)
        {
            return true;
        }

        if (view.Entry is not null && view.Find(backend.Spec.Key) is null)
        {
            return wanted.NoteIdle(service.Name, backend); // down and removed from the kernel, so it gets no packets
        }

        // UDP connections only time out, so their count means nothing. If the kernel cannot be read, the count is unknown.
        var isUdp = service.Spec.Key is { IsFirewallMark: false, Protocol: TransportProtocol.Udp };
        return !isUdp && view.Find(backend.Spec.Key)?.Connections() == 0 && wanted.NoteIdle(service.Name, backend);
    }

    /// <summary>Names of the services with draining backends, updated from the services that have changed.</summary>
    private sealed record Work(TableVersion? Seen, ImmutableSortedSet<string> Services)
    {
        public Work Follow(TableVersion latest)
        {
            var services = Services;
            foreach (var name in latest.ChangedSince(Seen))
            {
                var drains = latest.Table.Find(name) is { } service && (service.Departure is not null || service.Backends.Values.Any(static backend => backend.IsLeaving));
                services = drains ? services.Add(name) : services.Remove(name);
            }

            return new Work(latest, services);
        }
    }

    [LoggerMessage(1020, LogLevel.Information, "Drained and removed from {Service}: {Backends}")]
    private partial void LogRemoved(string service, string backends);

    [LoggerMessage(1028, LogLevel.Information, "{Service} is removed: its source no longer declares it")]
    private partial void LogDeparted(string service);

    [LoggerMessage(1021, LogLevel.Error, "A drained backend of {Service} cannot be removed: {Reason}")]
    private partial void LogNotRemoved(string service, string reason);

    [LoggerMessage(1027, LogLevel.Information, "The host's clock was set; drains of {Service} still take the requested time")]
    private partial void LogClockSet(string service);

    [LoggerMessage(1026, LogLevel.Error, "The drain of {Service} failed unexpectedly and will be retried")]
    private partial void LogBroke(Exception error, string service);
}
