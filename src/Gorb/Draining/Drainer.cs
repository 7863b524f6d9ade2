using System.Collections.Immutable;
using Gorb.Ipvs;
using Gorb.Logging;
using Gorb.Model;
using Gorb.Targets.Ipvs;
using Gorb.Writer;

namespace Gorb.Draining;

/// <summary>
/// Removes draining backends when their last connection ended or their time is up. What drains stands in the wanted table and so in the store:
/// a restart goes on where it was. The time is measured by the steady clock; when the host's clock is set, the saved deadline is moved along.
/// </summary>
internal sealed partial class Drainer(
    Balancer balancer, KernelReader kernel, TrackedFlows tracked, OrphanedFlows orphaned, TimeProvider time, SteadyClock clock, ILogger<Drainer> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>How far a saved deadline may be off before it is written anew: a clock that is merely slewed does not cause writes.</summary>
    private static readonly TimeSpan MaxClockError = TimeSpan.FromSeconds(1);

    private readonly RepeatFilter _repeats = new();
    private volatile Work _work = new(null, []);

    /// <summary>Looks at everything that drains, once.</summary>
    public async Task CheckAsync()
    {
        var latest = balancer.Latest;
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
            return; // the daemon is stopping; the store knows what drains
        }
    }

    /// <summary>What stands against one service holds up no other; the next second tries again.</summary>
    private async Task TryAsync(Service service)
    {
        try
        {
            await CheckAsync(service);
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
        catch (Exception error) // one accident must not end all drains
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
        await balancer.ChangeAsync(new ChangeOrigin(Actors.Drain), transaction => removed = Remove(transaction, service.Name, done))
            .ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // deleting flows, and looking at the next service, takes time
        if (removed.Count > 0)
        {
            tracked.Delete(service.Spec.Key, removed); // first: each packet until then may be lost
            LogRemoved(service.Name, string.Join(", ", removed.Select(backend => backend.Name)));
            orphaned.Note(service.Spec.Key);
        }
    }

    /// <summary>Removes those that still drain as they did when they were looked at.</summary>
    /// <returns>The removed.</returns>
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

    /// <summary>Writes deadlines anew when the host's clock was set, so that a restart goes on where this run ends.</summary>
    private async Task FollowClockAsync(Service service)
    {
        if (Follow(service) is null)
        {
            return;
        }

        await balancer.ChangeAsync(new ChangeOrigin(Actors.Drain), transaction =>
        {
            if (transaction.Find(service.Name) is { } present && Follow(present) is { } followed)
            {
                transaction.Put(followed);
            }
        }).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        LogClockSet(service.Name);
    }

    /// <returns>The service with deadlines by the host's clock as it is set now; null when they are right.</returns>
    private Service? Follow(Service service)
    {
        var moved = service.Backends.Values.Where(backend => backend.IsLeaving && IsOff(backend.Spec.Drain!.Value)).ToList();
        return moved.Count == 0 ? null : service with
        {
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
            return true; // down and out of the kernel: nothing leads there any more
        }

        // A UDP entry only ages, so its count says nothing; and without a look at the kernel nothing is known.
        var isUdp = service.Spec.Key is { IsFirewallMark: false, Protocol: TransportProtocol.Udp };
        return !isUdp && view.Find(backend.Spec.Key)?.Connections() == 0;
    }

    /// <summary>Names of the services in which something drains; looked for only where the table changed.</summary>
    private sealed record Work(TableVersion? Seen, ImmutableSortedSet<string> Services)
    {
        public Work Follow(TableVersion latest)
        {
            var services = Services;
            foreach (var name in latest.ChangedSince(Seen))
            {
                var drains = latest.Table.Find(name)?.Backends.Values.Any(static backend => backend.IsLeaving) == true;
                services = drains ? services.Add(name) : services.Remove(name);
            }

            return new Work(latest, services);
        }
    }

    [LoggerMessage(1020, LogLevel.Information, "Drained and removed from {Service}: {Backends}")]
    private partial void LogRemoved(string service, string backends);

    [LoggerMessage(1021, LogLevel.Error, "A drained backend of {Service} cannot be removed: {Reason}")]
    private partial void LogNotRemoved(string service, string reason);

    [LoggerMessage(1027, LogLevel.Information, "The host's clock was set; drains of {Service} take as long as they were given all the same")]
    private partial void LogClockSet(string service);

    [LoggerMessage(1026, LogLevel.Error, "The drain of {Service} ran into an unexpected error and goes on")]
    private partial void LogBroke(Exception error, string service);
}
