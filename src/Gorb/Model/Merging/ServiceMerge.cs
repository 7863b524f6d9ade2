using System.Collections.Immutable;
using Gorb.Ipvs;

namespace Gorb.Model.Merging;

/// <summary>
/// Merges the declarations for one service. Pure. The first source keeps a name or key; a later one becomes a <see cref="Claim"/>. Objects that are no longer declared
/// (a draining backend, a service in its grace period) keep neither.
/// </summary>
internal static class ServiceMerge
{
    /// <summary>Replaces a source's earlier declaration for a service.</summary>
    /// <param name="present">The service and its claims before the merge.</param>
    /// <param name="part">The new declaration.</param>
    /// <param name="own">The objects that the declaring source may change.</param>
    /// <param name="prune">True to withdraw objects that the new declaration lacks.</param>
    /// <param name="clock">The clock for new drains, grace periods and claims.</param>
    public static Merged Declare(Merged present, Part part, Ownership own, bool prune, SteadyClock clock)
    {
        var service = Restore(Take(present.Service, part, own), part);
        if (IsPlain(present, service, part, own, prune))
        {
            return present with { Service = With(service!, IsSame(service!.Backends, part.Backends) ? service.Backends : Backends.Of(part.Backends), present.Service) };
        }

        var occupied = Stay(service?.Backends ?? Backends.None, part, own, prune, clock);
        var joins = service is not null && (part.Spec is null || part.Spec.Key == service.Spec.Key);
        var waiting = part.Backends.Where(backend => !joins || !Fits(service!, backend) || !occupied.TryAdd(backend)).ToList();
        var claim = Claim(present.Claims, part, service, waiting, own, prune, clock);
        return new Merged(service is null ? null : With(service, occupied.ToBackends(service.Backends), present.Service), present.Claims.With(claim));
    }

    /// <summary>Withdraws a source's declaration for a service.</summary>
    /// <returns>What remains: objects of other sources, draining backends, and a service in its grace period.</returns>
    public static Merged Withdraw(Merged present, Ownership own, SteadyClock clock)
    {
        var claims = present.Claims.Without(own.Source);
        if (present.Service is not { } service)
        {
            return new Merged(null, claims);
        }

        var backends = service.Backends;
        foreach (var backend in service.Backends.Values.Where(backend => own.Has(backend.Source)))
        {
            backends = Withdraw(backend, clock) is not { } rest ? backends.Without(backend.Name) : ReferenceEquals(rest, backend) ? backends : backends.With(rest);
        }

        service = ReferenceEquals(backends, service.Backends) ? service : service with { Backends = backends };
        if (!own.Has(service.Source) || service.Departure is not null)
        {
            return new Merged(service, claims);
        }

        return service.Spec.Grace > TimeSpan.Zero || backends.Values.Any(backend => own.Has(backend.Source))
            ? new Merged(service with { Departure = Drain.For(service.Spec.Grace, clock) }, claims)
            : new Merged(null, claims.WithEvicted(service.Name, backends.Values));
    }

    /// <summary>Grants claims whose names and keys are free.</summary>
    /// <param name="present">The service and its claims before the merge.</param>
    /// <param name="before">The service before the change. Its backends keep their health and age if another source takes them over.</param>
    /// <param name="isFree">Returns true if no declared service has a kernel key.</param>
    public static Merged Resolve(Merged present, Service? before, Func<ServiceKey, bool> isFree)
    {
        var service = present.Service;
        if (service is null or { Departure: not null } && present.Claims.FirstOrDefault(claim => claim.Spec is { } spec && (spec.Key == service?.Spec.Key || isFree(spec.Key))) is { } next)
        {
            service = (service ?? Service.Create(next.Service, next.Spec!)) with { Spec = next.Spec!, Source = next.Source, Departure = null };
        }

        if (service is null)
        {
            return present;
        }

        var claims = Evict(ref service, present.Claims);
        var taken = new Occupancy();
        taken.AddAll(service.Backends);
        foreach (var claim in claims)
        {
            var waiting = claim.Backends.Values.Where(backend => !claim.MayJoin(service) || !Fits(service, backend) || !taken.TryAdd(Inherit(backend, before))).ToList();
            waiting.RemoveAll(backend => taken.Find(backend.Name) is { } other && other.Source == claim.Source);
            claims = claims.With(claim with { Spec = claim.Source == service.Source ? null : claim.Spec, Backends = waiting.Count == claim.Backends.Count ? claim.Backends : Backends.Of(waiting) });
        }

        return new Merged(With(service, taken.ToBackends(service.Backends), present.Service), claims);
    }

    /// <summary>True if a backend fits the service's settings. Conflicts with other backends are not considered.</summary>
    public static bool Fits(Service service, Backend backend) => Misfit(service, backend) is null;

    /// <summary>Returns why a backend does not fit the service's settings; null if it does.</summary>
    public static string? Misfit(Service service, Backend backend) => BackendRules.Problems(service.Spec, backend.Spec) is [var first, ..] ? first.Text
        : backend.Spec.Port == 0 && service.Spec.Key is { IsFirewallMark: false, Port: not 0 } ? "its port is required, 1 to 65535, since the service is for one port"
        : null;

    /// <summary>Returns the backend with the drain that follows its withdrawal; null if it is removed immediately.</summary>
    private static Backend? Withdraw(Backend backend, SteadyClock clock) => backend.Spec.DrainOnRemoval == TimeSpan.Zero ? null
        : backend.IsLeaving ? backend
        : backend with { Spec = backend.Spec with { Drain = Drain.For(backend.Spec.DrainOnRemoval, clock) } };

    /// <summary>True if the service belongs entirely to the declaring source, before and after, without claims or drains. This is the fast path for nearly all services.</summary>
    private static bool IsPlain(Merged present, Service? service, Part part, Ownership own, bool prune) =>
        prune && part is { Spec: not null, Restored: null } && present.Claims.IsEmpty && service is not null && own.Has(service.Source)
        && service.Backends.Values.All(backend => own.Has(backend.Source) && backend.Spec.DrainOnRemoval == TimeSpan.Zero);

    /// <summary>Returns the present backends that remain next to the newly declared ones.</summary>
    private static Occupancy Stay(Backends present, Part part, Ownership own, bool prune, SteadyClock clock)
    {
        var declared = part.Backends.Select(static backend => backend.Name).ToHashSet();
        var occupied = new Occupancy();
        foreach (var backend in present.Values)
        {
            if (!own.Has(backend.Source))
            {
                occupied.Add(backend);
            }
            else if (!declared.Contains(backend.Name) && (prune ? Withdraw(backend, clock) : backend) is { } rest)
            {
                occupied.Add(rest);
            }
        }

        return occupied;
    }

    private static bool IsSame(Backends present, IReadOnlyList<Backend> declared) =>
        declared.Count == present.Count && declared.All(backend => ReferenceEquals(backend, present.Find(backend.Name)));

    /// <summary>Replaces the backends of a service; returns the present object if nothing differs.</summary>
    private static Service With(Service service, Backends backends, Service? present)
    {
        service = ReferenceEquals(service.Backends, backends) ? service : service with { Backends = backends };
        return present is not null && service == present ? present : service;
    }

    /// <summary>Applies the declared settings if the source owns the service, if the service does not exist, or if it is in its grace period.</summary>
    private static Service? Take(Service? present, Part part, Ownership own) => part.Spec is not { } spec ? present
        : present is null ? Service.Create(part.Name, spec, own.Source)
        : !own.Has(present.Source) && present.Departure is null ? present
        : present.Spec == spec && present.Source == own.Source && present.Departure is null ? present
        : present with { Spec = spec, Source = own.Source, Departure = null };

    /// <summary>Adds the document's objects of other sources that are missing.</summary>
    private static Service? Restore(Service? service, Part part)
    {
        if (part.Restored is not { } restored)
        {
            return service;
        }

        if (service is null)
        {
            return restored;
        }

        var occupied = new Occupancy();
        occupied.AddAll(service.Backends);
        foreach (var backend in restored.Backends.Values.Where(backend => Fits(service, backend)))
        {
            occupied.TryAdd(backend);
        }

        return occupied.ToBackends(service.Backends) is var backends && ReferenceEquals(backends, service.Backends) ? service : service with { Backends = backends };
    }

    private static Claim Claim(ImmutableArray<Claim> claims, Part part, Service? service, List<Backend> waiting, Ownership own, bool prune, SteadyClock clock)
    {
        var old = claims.Of(own.Source);
        var claim = new Claim(own.Source, part.Name, old?.Arrival ?? clock.Now, service?.Source == own.Source ? null : part.Spec, Backends.Of(waiting));
        if (prune || old is null)
        {
            return claim;
        }

        var others = old.Backends.Values.Where(backend => !part.Backends.Any(declared => declared.Name == backend.Name));
        return claim with { Spec = claim.Spec ?? (service?.Source == own.Source ? null : old.Spec), Backends = Backends.Of([.. waiting, .. others]) };
    }

    /// <summary>Removes backends of other sources that no longer fit the service, and turns them into claims.</summary>
    private static ImmutableArray<Claim> Evict(ref Service service, ImmutableArray<Claim> claims)
    {
        var holder = service;
        var evicted = service.Backends.Values.Where(backend => backend.Source != holder.Source && !backend.IsLeaving
            && (!Fits(holder, backend) || claims.Of(backend.Source)?.MayJoin(holder) == false)).ToList();
        service = evicted.Aggregate(service, static (rest, backend) => rest with { Backends = rest.Backends.Without(backend.Name) });
        return claims.WithEvicted(service.Name, evicted);
    }

    private static Backend Inherit(Backend backend, Service? before) => before?.Backends.Find(backend.Name) is { } old && old.Spec.Key == backend.Spec.Key
        ? backend with { Since = old.Since, Health = old.Health, Operator = old.Operator }
        : backend;
}
