using System.Diagnostics.CodeAnalysis;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Targets.Ipvs;

namespace Gorb.History;

/// <summary>
/// The rates of all services, and of the backends of services that clients ask for. Services cost one request to the kernel in each interval; the backends of a service cost one
/// more, which is made for <see cref="Interest"/> after a client has asked.
/// </summary>
/// <param name="kernel">Reads counters.</param>
/// <param name="kept">Counters of backends that are down, so that a failover is not seen as traffic.</param>
/// <param name="time">The clock.</param>
internal sealed class RateBook(KernelReader kernel, KeptCounters kept, TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>How long the backends of a service are followed after a client asked for them.</summary>
    public static readonly TimeSpan Interest = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<ServiceKey, Followed> _services = [];
    private long _tick;
    private long _tickedAt = time.GetTimestamp();

    /// <summary>Ends an interval: reads the kernel's counters and forgets what left the table.</summary>
    /// <exception cref="RequestException">The kernel cannot be read; nothing is known of this interval.</exception>
    public void EndInterval(Table table)
    {
        var elapsed = time.GetElapsedTime(_tickedAt);
        lock (_lock)
        {
            _tick++;
            _tickedAt = time.GetTimestamp();
            foreach (var gone in _services.Keys.Where(key => !table.Names.ContainsKey(key)).ToList())
            {
                _services.Remove(gone);
            }
        }

        var entries = kernel.ReadServices();
        lock (_lock)
        {
            foreach (var entry in entries.Where(entry => table.Names.ContainsKey(entry.Service.Service.Key)))
            {
                Follow(entry.Service.Service.Key).Add(_tick, entry.Service.Counters, elapsed);
            }
        }

        foreach (var key in Watched())
        {
            AddBackends(table, key, elapsed);
        }
    }

    /// <summary>The rates of a service and its backends. The backends are followed from now on.</summary>
    public HistoryView Look(Service service)
    {
        lock (_lock)
        {
            var followed = Follow(service.Spec.Key);
            followed.LookedAt = time.GetTimestamp();
            return new HistoryView(
                (int)Interval.TotalSeconds,
                RatesView.Of(followed.Series, _tick),
                service.Backends.Values.ToDictionary(static backend => backend.Name, backend => RatesView.Of(followed.Backends.GetValueOrDefault(backend.Spec.Key), _tick), StringComparer.Ordinal));
        }
    }

    private Followed Follow(ServiceKey key)
    {
        if (!_services.TryGetValue(key, out var followed))
        {
            _services.Add(key, followed = new Followed());
        }

        return followed;
    }

    private List<ServiceKey> Watched()
    {
        lock (_lock)
        {
            return [.. _services.Where(pair => pair.Value.LookedAt is { } at && time.GetElapsedTime(at) < Interest).Select(static pair => pair.Key)];
        }
    }

    private void AddBackends(Table table, ServiceKey key, TimeSpan elapsed)
    {
        if (!TryFindService(table, key, out var service) || kernel.Read(key).Entry is not { } entry)
        {
            return;
        }

        var present = entry.Destinations.ToDictionary(static destination => destination.Destination.Key, static destination => destination.Counters);
        lock (_lock)
        {
            var backends = Follow(key).Backends;
            foreach (var gone in backends.Keys.Except(service.Backends.Values.Select(static backend => backend.Spec.Key)).ToList())
            {
                backends.Remove(gone);
            }

            foreach (var backend in service.Backends.Values.Select(static backend => backend.Spec.Key))
            {
                var total = kept.Total(key, backend, present.TryGetValue(backend, out var counters) ? counters : null);
                if (backends.TryGetValue(backend, out var series))
                {
                    series.Add(_tick, total, elapsed);
                }
                else
                {
                    backends.Add(backend, new RateSeries(_tick, total));
                }
            }
        }
    }

    private static bool TryFindService(Table table, ServiceKey key, [NotNullWhen(true)] out Service? service)
    {
        service = table.Names.TryGetValue(key, out var name) ? table.Find(name) : null;
        return service is not null;
    }

    private sealed class Followed
    {
        public RateSeries? Series { get; private set; }

        public Dictionary<DestinationKey, RateSeries> Backends { get; } = [];

        /// <summary>When a client last asked for it; null for never.</summary>
        public long? LookedAt { get; set; }

        public void Add(long tick, Counters counters, TimeSpan elapsed)
        {
            if (Series is null)
            {
                Series = new RateSeries(tick, counters);
            }
            else
            {
                Series.Add(tick, counters, elapsed);
            }
        }
    }
}
