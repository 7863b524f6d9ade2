using Gorb.Ipvs;

namespace Gorb.Targets.Ipvs;

/// <summary>One virtual service with its destinations, either as wanted or as read from the kernel.</summary>
internal sealed class KernelService(VirtualService settings, IReadOnlyList<Destination> destinations)
{
    /// <summary>The maximum number of destinations for which a linear search costs less than an index.</summary>
    private const int MaxWithoutIndex = 16;

    private Dictionary<DestinationKey, Destination>? _index;

    /// <summary>Indexes the kernel's table by key.</summary>
    public static IReadOnlyDictionary<ServiceKey, KernelService> Index(IReadOnlyList<TableEntry> table)
    {
        var index = new Dictionary<ServiceKey, KernelService>(table.Count);
        foreach (var entry in table)
        {
            var destinations = new Destination[entry.Destinations.Count];
            for (var i = 0; i < destinations.Length; i++)
            {
                destinations[i] = entry.Destinations[i].Destination;
            }

            index.Add(entry.Service.Service.Key, new KernelService(entry.Service.Service, destinations));
        }

        return index;
    }

    public VirtualService Settings => settings;

    public IReadOnlyList<Destination> Destinations => destinations;

    /// <summary>Returns the destination at an address and port, or null.</summary>
    /// <param name="key">The address and port.</param>
    /// <param name="place">The position in another list of the service. Usually the same here, or the same from the end: the kernel lists the newest first.</param>
    public Destination? Find(DestinationKey key, int place = 0)
    {
        if (place < destinations.Count)
        {
            if (destinations[place] is var same && same.Key == key)
            {
                return same;
            }

            if (destinations[^(place + 1)] is var opposite && opposite.Key == key)
            {
                return opposite;
            }
        }

        return destinations.Count <= MaxWithoutIndex ? Search(key) : Index().GetValueOrDefault(key);
    }

    private Destination? Search(DestinationKey key)
    {
        for (var i = 0; i < destinations.Count; i++)
        {
            if (destinations[i].Key == key)
            {
                return destinations[i];
            }
        }

        return null;
    }

    private Dictionary<DestinationKey, Destination> Index()
    {
        if (_index is null)
        {
            _index = new(destinations.Count);
            foreach (var destination in destinations)
            {
                _index[destination.Key] = destination;
            }
        }

        return _index;
    }
}
