using Gorb.Model;
using Gorb.Model.Merging;

namespace Gorb.Api;

/// <summary>Keeps single requests from what other sources declare. What a source no longer declares is anybody's.</summary>
internal static class OwnerCheck
{
    /// <exception cref="RequestException">Another source declares the service.</exception>
    public static void Check(Service? service)
    {
        if (service is { Departure: null } && service.Source != SourceName.Api)
        {
            throw RequestException.Foreign($"service {service.Name}", service.Source);
        }
    }

    /// <exception cref="RequestException">Another source declares the backend.</exception>
    public static void Check(string service, Backend? backend)
    {
        if (backend is { IsLeaving: false } && backend.Source != SourceName.Api)
        {
            throw RequestException.Foreign($"backend {service}/{backend.Name}", backend.Source);
        }
    }
}
