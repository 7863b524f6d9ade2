using Gorb.Ipvs;

namespace Gorb.Model.Merging;

/// <summary>Merges a source's declarations into the wanted table, and grants claims whose names and keys are free. Pure: it creates a new table.</summary>
internal sealed class TableMerge(Table before, SteadyClock? clock = null)
{
    private readonly Table.Builder _table = new(before);
    private readonly HashSet<string> _touched = [];
    private readonly List<Problem> _problems = [];

    /// <summary>Names of the changed services.</summary>
    public IReadOnlyCollection<string> Touched => _touched;

    /// <summary>Problems of the declaration; if there are any, the whole declaration is rejected.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <returns>The same table if nothing differs.</returns>
    public Table ToTable() => _touched.Count == 0 && ReferenceEquals(_table.Declarations.Sources, before.Declarations.Sources) ? before : _table.ToTable();

    /// <summary>Replaces the earlier declaration of a source. Its services may exchange names and kernel keys.</summary>
    /// <param name="own">The objects that the source may change.</param>
    /// <param name="services">The declared services, merged with the table.</param>
    /// <param name="withdrawn">Names of the services with objects of the source that are no longer declared.</param>
    public void Declare(Ownership own, IReadOnlyList<DraftService> services, IEnumerable<string> withdrawn)
    {
        var changes = services.Where(static service => service.IsChange).ToList();
        changes.AddRange(withdrawn.Select(name => new DraftService(name, before.Merged(name), ServiceMerge.Withdraw(before.Merged(name), own, clock!))).Where(static change => change.IsChange));
        foreach (var change in changes)
        {
            _table.Remove(change.Name);
            _table.SetClaims(change.Name, change.Wanted.Claims);
            _touched.Add(change.Name);
        }

        foreach (var change in changes.Where(static change => change.StaysInPlace).Concat(changes.Where(static change => !change.StaysInPlace)))
        {
            if (change.Wanted.Service is { } service)
            {
                Add(service, own);
            }
        }

        _touched.RemoveWhere(name => before.Merged(name).IsSameAs(new Merged(_table.Find(name), _table.Claims(name)))); // claims that are as they were
        NoteDeclared(own, services.Count > 0);
    }

    /// <summary>Adds a service in place of one in its grace period.</summary>
    public void Put(Service service)
    {
        _touched.Add(service.Name);
        _table.Remove(service.Name);
        Add(service, own: null);
    }

    /// <summary>Grants claims whose names and keys are free.</summary>
    /// <param name="touched">Names of the services that were changed.</param>
    /// <param name="former">The table before the change, whose backends keep their health and age.</param>
    public void Resolve(IReadOnlyCollection<string> touched, Table former)
    {
        if (_table.HasClaims)
        {
            foreach (var name in _table.ClaimedServices.Where(name => touched.Contains(name) || MayBegin(name)).OrderBy(name => _table.Claims(name).Min(static claim => claim.Arrival)).ToList())
            {
                Resolve(name, former);
            }
        }
    }

    private void Resolve(string name, Table former)
    {
        var present = new Merged(_table.Find(name), _table.Claims(name));
        var resolved = ServiceMerge.Resolve(present, former.Find(name), IsFree);
        if (resolved.IsSameAs(present))
        {
            return;
        }

        _touched.Add(name);
        _table.Remove(name);
        _table.SetClaims(name, resolved.Claims);
        if (resolved.Service is { } service)
        {
            Add(service, own: null);
        }
    }

    private bool MayBegin(string name) => _table.Find(name) is null or { Departure: not null } && _table.Claims(name).Any(claim => claim.Spec is { } spec && IsFree(spec.Key));

    private bool IsFree(ServiceKey key) => _table.At(key) is null or { Departure: not null };

    /// <summary>Adds a service. It replaces one in its grace period; if another holds its key, it becomes a claim, or a problem if both belong to one declaration.</summary>
    private void Add(Service service, Ownership? own)
    {
        if (_table.TryAdd(service, out var other))
        {
            return;
        }

        var holder = _table.Find(other)!;
        if (holder.Departure is not null)
        {
            Displace(holder, service);
        }
        else if (own is { } declaring && service.Source == declaring.Source && declaring.Has(holder.Source))
        {
            _problems.Add(new Problem($"services.{service.Name}", null, $"stands at {service.Spec.Key}, where service '{other}' stands already"));
        }
        else
        {
            Wait(service);
        }
    }

    /// <summary>Replaces a service in its grace period. Backends that still drain there continue in the new service.</summary>
    private void Displace(Service holder, Service service)
    {
        var backends = new Occupancy();
        backends.AddAll(service.Backends);
        foreach (var leaving in holder.Backends.Values.Where(backend => backend.IsLeaving && ServiceMerge.Fits(service, backend)))
        {
            backends.TryAdd(leaving);
        }

        _touched.Add(holder.Name);
        _table.Remove(holder.Name);
        _table.SetClaims(holder.Name, _table.Claims(holder.Name).WithEvicted(holder.Name, holder.Backends.Values));
        _table.TryAdd(service with { Backends = backends.ToBackends(service.Backends) }, out _);
    }

    private void Wait(Service service)
    {
        var guests = service.Backends.Values.Where(backend => backend.Source != service.Source);
        var own = service.Backends.Values.Where(backend => backend.Source == service.Source && !backend.IsLeaving);
        var claims = (before.Find(service.Name) is null ? before.Declarations.On(service.Name) : _table.Claims(service.Name)).WithEvicted(service.Name, guests);
        var waiting = _table.Claims(service.Name).Of(service.Source)?.Backends.Values ?? [];
        var arrival = claims.Of(service.Source)?.Arrival ?? clock!.Now;
        _table.SetClaims(service.Name, claims.With(new Claim(service.Source, service.Name, arrival, service.Spec, Backends.Of([.. own, .. waiting]))));
    }

    private void NoteDeclared(Ownership own, bool hasAny)
    {
        var present = before.Declarations.Sources.GetValueOrDefault(own.Source);
        if (!hasAny && present is not null)
        {
            _table.SetSource(own.Source, null);
        }
        else if (hasAny && (_touched.Count > 0 || present is { Inherited: not null }))
        {
            _table.SetSource(own.Source, new SourceState(clock!.Now));
        }
    }
}
