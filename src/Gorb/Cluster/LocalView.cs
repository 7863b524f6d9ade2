using Gorb.Model;

namespace Gorb.Cluster;

/// <summary>Brings a service of the cluster together with what is this director's own: its verdicts, and the deadlines of drains by its own clock.</summary>
internal static class LocalView
{
    /// <summary>The service as this director holds it.</summary>
    /// <param name="shared">The cluster's service.</param>
    /// <param name="own">The director's service of the same name; null if it has none.</param>
    /// <returns>The director's own object where nothing differs, so that nothing is looked at again.</returns>
    public static Service Of(Service shared, Service? own)
    {
        if (own is null)
        {
            return shared;
        }

        var backends = shared.Backends.Values.Select(backend => Of(backend, own.Backends.Find(backend.Name))).ToList();
        var isSame = backends.Count == own.Backends.Count && own.Backends.Values.Zip(backends, ReferenceEquals).All(static same => same);
        var service = shared with { Backends = isSame ? own.Backends : Backends.Of(backends), Departure = Of(shared.Departure, own.Departure) };
        return isSame && own.IsSavedAs(service) ? own : service;
    }

    private static Backend Of(Backend shared, Backend? own)
    {
        if (own is null)
        {
            return shared;
        }

        var known = shared with { Spec = shared.Spec with { Drain = Of(shared.Spec.Drain, own.Spec.Drain) } };
        return own.IsSavedAs(known) ? own : known with { Health = own.Spec.IsAtPlaceOf(shared.Spec) ? own.Health : shared.Health };
    }

    /// <summary>A drain whose deadline is already counted by this director's steady clock.</summary>
    private static Drain? Of(Drain? shared, Drain? own) => shared?.Until == own?.Until && shared is not null && own is not null ? own : shared;
}
