using Gorb.Model;
using Gorb.Model.Merging;

namespace Gorb.Api;

/// <summary>Refuses single requests that change objects of another source. An object that its source no longer declares may be changed.</summary>
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
