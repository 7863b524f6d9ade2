using Gorb.Ipvs;
using Gorb.Model;

namespace Gorb.Targets.Ipvs;

/// <summary>Names the objects that changes affect by their fields in a document of the wanted table.</summary>
internal sealed class ObjectFields(Table wanted)
{
    /// <summary>Names of backends by address and port, for each service looked up so far. Thousands of changes may be refused at once.</summary>
    private readonly Dictionary<string, Dictionary<DestinationKey, string>> _backends = [];

    /// <returns><c>services.web.backends.b1</c>; the service alone when the change affects no backend; null when the table does not have the object.</returns>
    public string? Of(IpvsChange change)
    {
        if (!wanted.Names.TryGetValue(change.Service, out var service))
        {
            return null;
        }

        return change.Destination is { } place && Backends(service).TryGetValue(place, out var backend) ? $"services.{service}.backends.{backend}" : $"services.{service}";
    }

    private Dictionary<DestinationKey, string> Backends(string service)
    {
        if (!_backends.TryGetValue(service, out var backends))
        {
            _backends.Add(service, backends = []);
            foreach (var backend in wanted.Services[service].Backends.Values)
            {
                backends[backend.Spec.Key] = backend.Name;
            }
        }

        return backends;
    }
}
