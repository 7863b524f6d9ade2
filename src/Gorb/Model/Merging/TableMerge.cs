using Gorb.Ipvs;

namespace Gorb.Model.Merging;

/// <summary>Merges what a source declares into the wanted table, and gives claims what has become free. Pure: it makes another table.</summary>
internal sealed class TableMerge(Table before, SteadyClock? clock = null)
{
    private readonly Table.Builder _table = new(before);
    private readonly HashSet<string> _touched = [];
    private readonly List<Problem> _problems = [];

    /// <summary>Names of the services that differ.</summary>
    public IReadOnlyCollection<string> Touched => _touched;

    /// <summary>What stands against the declaration; then nothing of it counts.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <returns>The same table when nothing differs.</returns>
    public Table ToTable() => _touched.Count == 0 && ReferenceEquals(_table.Declarations.Sources, before.Declarations.Sources) ? before : _table.ToTable();

    /// <summary>Puts the part of a source in the place of the one before. Names and places may go round among its services.</summary>
    /// <param name="own">Whose objects it changes.</param>
    /// <param name="services">The services that it declares, merged with the table.</param>
    /// <param name="withdrawn">Names of other services in which it has something that it no longer declares.</param>
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

        _touched.RemoveWhere(name => before.Merged(name).IsSameAs(new Merged(_table.Find(name), _table.Claims(name)))); // what waited before and waits again
        NoteDeclared(own, services.Count > 0);
    }

    /// <summary>Puts a service where one in its grace stands.</summary>
    public void Put(Service service)
    {
        _touched.Add(service.Name);
        _table.Remove(service.Name);
        Add(service, own: null);
    }

    /// <summary>Gives claims what has become free.</summary>
    /// <param name="touched">Names of the services that were written.</param>
    /// <param name="former">The table before they were: backends keep the health and age that they had there.</param>
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

    /// <summary>Adds a service. One in its grace gives way; where another stands, the service waits, or, when both are of one declaration, it is a mistake.</summary>
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

    /// <summary>Puts a service in the place of one in its grace. What still drains there goes on in it.</summary>
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
