using Gorb.Ipvs;

namespace Gorb.Targets.Ipvs;

/// <summary>One virtual service with its destinations, either as it should be or as the kernel has it.</summary>
internal sealed class KernelService(VirtualService settings, IReadOnlyList<Destination> destinations)
{
    /// <summary>Up to here looking through all of them costs less than an index does.</summary>
    private const int MaxWithoutIndex = 16;

    private Dictionary<DestinationKey, Destination>? _index;

    /// <summary>The kernel's table, by key.</summary>
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

    /// <summary>The destination at an address and port, or null.</summary>
    /// <param name="key">The address and port.</param>
    /// <param name="place">Where it stood in another list of the same service: here it mostly stands there, too, or as far from the end, for the kernel's lists are newest first.</param>
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
