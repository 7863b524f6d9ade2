using Gorb.Ipvs;
using Gorb.Model;

namespace Gorb.Targets.Ipvs;

/// <summary>The objects that changes are about, as a document of the wanted table names them.</summary>
internal sealed class ObjectFields(Table wanted)
{
    /// <summary>Names of backends by their place, for each service that was asked for: thousands may be refused at once.</summary>
    private readonly Dictionary<string, Dictionary<DestinationKey, string>> _backends = [];

    /// <returns><c>services.web.backends.b1</c>; the service alone for what is no backend, and null for what the table does not have.</returns>
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
