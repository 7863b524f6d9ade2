using Gorb.Model;
using Gorb.Model.Merging;

namespace Gorb.Writer;

/// <summary>
/// One request's view of the wanted table. Its changes are kept only if the whole request is accepted, by the rules here and
/// by the kernel.
/// </summary>
/// <param name="before">The table before the request.</param>
/// <param name="origin">The author of the request.</param>
internal sealed class Transaction(Table before, ChangeOrigin origin)
{
    private readonly HashSet<string> _touched = [];

    public Table Before { get; } = before;

    /// <summary>The author of the request.</summary>
    public ChangeOrigin Origin => origin;

    public Table After { get; private set; } = before;

    /// <summary>Names of the written services, in the order of their first write.</summary>
    public IReadOnlyCollection<string> Touched => _touched;

    /// <summary>True when the request declares a document. Errors then name objects by their fields in the document.</summary>
    public bool IsDeclaration { get; private set; }

    /// <summary>True when the request follows a table that other directors have, which was merged and limited where its changes were made.</summary>
    public bool IsFollowed { get; private set; }

    /// <summary>Finds who changed a service of a followed table, at one of its directors; null for any other request.</summary>
    public Func<string, ChangeOrigin?>? FindAuthor { get; private set; }

    public Service? Find(string service) => After.Find(service);

    /// <exception cref="RequestException">There is no such service.</exception>
    public Service Get(string service) => Find(service) ?? throw RequestException.ServiceNotFound(service);

    /// <exception cref="RequestException">There is no such service or backend.</exception>
    public (Service Service, Backend Backend) Get(string service, string backend)
    {
        var owner = Get(service);
        return (owner, owner.Backends.Find(backend) ?? throw RequestException.BackendNotFound(service, backend));
    }

    /// <summary>Adds a service or replaces the one with its name. A draining service is removed with its last backend.</summary>
    /// <exception cref="RequestException">Another service has the same address, port and protocol, or the same mark; or a backend does not suit the service's new key.</exception>
    public void Put(Service service)
    {
        if (service is { IsDraining: true, Backends.IsEmpty: true })
        {
            Remove(service);
            return;
        }

        service = service.ClearDraining();
        if (Find(service.Name) is { } old && BackendRules.Concern(old.Spec, service.Spec))
        {
            BackendRules.CheckMove(service);
        }

        if (After.Names.TryGetValue(service.Spec.Key, out var owner) && owner != service.Name)
        {
            if (After.Services[owner].Departure is not null)
            {
                Take(merge => merge.Put(service));
                return;
            }

            throw RequestException.Conflict($"{Show(owner)} already stands at {service.Spec.Key}");
        }

        After = After.With(service);
        _touched.Add(service.Name);
    }

    /// <summary>Adds a service or replaces the one with its name, and removes another service, whose backends move to it.</summary>
    /// <param name="service">The service.</param>
    /// <param name="replaces">The name of the service to remove. Null, the service's own name and an unknown name remove none.</param>
    /// <exception cref="RequestException">A third service has the same address, port and protocol; or a backend does not suit it.</exception>
    public void Put(Service service, string? replaces)
    {
        if (replaces is null || replaces == service.Name || Find(replaces) is not { } replaced)
        {
            Put(service);
            return;
        }

        var places = service.Backends.Values.Select(backend => backend.Spec.Key).ToHashSet();
        var inherited = replaced.Backends.Values.Where(backend => !service.Backends.Contains(backend.Name) && !places.Contains(backend.Spec.Key));
        var put = (service with { Backends = Backends.Of([.. service.Backends.Values, .. inherited]) }).ClearDraining();
        BackendRules.CheckMove(put);
        if (PutAll([put], [replaced.Name]) is { Count: > 0 } problems)
        {
            throw RequestException.Conflict($"service '{service.Name}' {problems[0].Text}");
        }
    }

    /// <exception cref="RequestException">Another backend of the service has the same address and port, or its family cannot be reached.</exception>
    public void Put(Service service, Backend backend)
    {
        BackendRules.Check(service, backend);
        Put(service with { Backends = service.Backends.With(backend) });
    }

    /// <summary>Puts and removes many services at once. Only the final state is checked, so services may exchange names and keys.</summary>
    /// <returns>The conflicts. If there are any, nothing is changed.</returns>
    public IReadOnlyList<Problem> PutAll(IReadOnlyCollection<Service> services, IEnumerable<string> removed)
    {
        var changed = services.Where(service => !ReferenceEquals(After.Find(service.Name), service)).ToList();
        var names = changed.Select(service => service.Name).Concat(removed).ToList();
        var table = new Table.Builder(After);
        names.ForEach(table.Remove);
        var problems = new List<Problem>();
        foreach (var service in changed)
        {
            if (!table.TryAdd(service, out var owner))
            {
                problems.Add(new Problem($"services.{service.Name}", null, $"stands at {service.Spec.Key}, where {Show(owner)} stands already"));
            }
        }

        if (problems.Count == 0 && names.Count > 0)
        {
            _touched.UnionWith(names);
            After = table.ToTable();
        }

        return problems;
    }

    /// <summary>Replaces the part of the table that a source declares.</summary>
    /// <param name="own">The source and the objects that it may change.</param>
    /// <param name="services">The services that the source declares.</param>
    /// <param name="withdrawn">Names of other services in which the source has objects.</param>
    /// <param name="clock">The clock for new drains and claims.</param>
    /// <returns>The conflicts. If there are any, nothing is changed.</returns>
    public IReadOnlyList<Problem> Declare(Ownership own, IReadOnlyList<DraftService> services, IEnumerable<string> withdrawn, SteadyClock clock)
    {
        IsDeclaration = true;
        var merge = new TableMerge(After, clock);
        merge.Declare(own, services, withdrawn);
        if (merge.Problems.Count == 0)
        {
            After = merge.ToTable();
            _touched.UnionWith(merge.Touched);
        }

        return merge.Problems;
    }

    /// <summary>Takes services and declarations as they are in another table. Services may exchange their addresses.</summary>
    /// <param name="services">The services by name; null for one that the other table lacks.</param>
    /// <param name="declarations">All claims and sources.</param>
    /// <param name="findAuthor">Finds who changed a service; null where that is not known.</param>
    /// <exception cref="RequestException">A service has the address of one that stays.</exception>
    public void Follow(IEnumerable<(string Name, Service? Service)> services, Declarations declarations, Func<string, ChangeOrigin?>? findAuthor = null)
    {
        (IsFollowed, FindAuthor) = (true, findAuthor);
        var changes = services.Where(change => !ReferenceEquals(Find(change.Name), change.Service)).ToList();
        var table = new Table.Builder(After);
        changes.ForEach(change => table.Remove(change.Name));
        foreach (var (name, service) in changes)
        {
            if (service is not null && !table.TryAdd(service, out var owner))
            {
                throw RequestException.Conflict($"service '{name}' stands at {service.Spec.Key}, where service '{owner}' stands already");
            }
        }

        var after = changes.Count == 0 ? After : table.ToTable();
        After = ReferenceEquals(after.Declarations, declarations) ? after : after with { Declarations = declarations };
        _touched.UnionWith(changes.Select(static change => change.Name));
    }

    /// <summary>Adds a token, or replaces the one with its name.</summary>
    public void PutToken(Token token) => After = After with { Tokens = After.Tokens.SetItem(token.Name, token) };

    /// <summary>Removes a token. Requests that already passed with it are completed.</summary>
    /// <exception cref="RequestException">There is no such token.</exception>
    public void RemoveToken(string name) => After = After.Tokens.ContainsKey(name)
        ? After with { Tokens = After.Tokens.Remove(name) }
        : throw RequestException.TokenNotFound(name);

    /// <summary>Forgets the records of a source. Its objects stay.</summary>
    public void Forget(string source) =>
        After = After with { Declarations = After.Declarations with { Sources = After.Declarations.Sources.Remove(source) } };

    /// <summary>Fulfils claims of sources with the names and keys that the request has freed. Must be the last step of a request.</summary>
    public void ResolveClaims()
    {
        if (!IsFollowed && _touched.Count > 0 && !After.Declarations.Claims.IsEmpty)
        {
            Take(merge => merge.Resolve(_touched, Before));
        }
    }

    /// <summary>Drains a backend, which is removed afterwards.</summary>
    public void Drain(Service service, Backend backend, Drain drain) =>
        Put(service with { Backends = service.Backends.With(Draining(backend, drain)) });

    /// <summary>Drains a service, which is removed afterwards. Backends of other sources receive new connections until then.</summary>
    public void Drain(Service service, Drain drain)
    {
        var guests = service.Backends.Values.Where(backend => backend.Source != service.Source).ToList();
        var backends = Backends.Of([.. service.Backends.Values.Except(guests).Select(backend => Draining(backend, drain)), .. guests]);
        Put(guests.Count == 0
            ? service with { IsDraining = true, Backends = backends }
            : service with { Departure = drain, Backends = backends }); // their sources still declare them
    }

    /// <summary>Stores the results of health checks. Results for backends that were removed or moved meanwhile are ignored.</summary>
    public void PutHealth(string service, IEnumerable<(string Backend, BackendSpec Checked, BackendHealth Health)> found)
    {
        if (Find(service) is not { } present)
        {
            return;
        }

        var backends = present.Backends;
        foreach (var (name, seen, health) in found)
        {
            if (backends.Find(name) is { } backend && backend.Spec.IsAtPlaceOf(seen) && backend.Health != health)
            {
                backends = backends.With(backend with { Health = health });
            }
        }

        if (!ReferenceEquals(backends, present.Backends))
        {
            After = After.With(present with { Backends = backends });
            _touched.Add(service);
        }
    }

    /// <summary>Removes a service. Backends of other sources become claims on a future service of the same name.</summary>
    public void Remove(Service service)
    {
        var claims = After.Declarations.On(service.Name).WithEvicted(service.Name, service.Backends.Values.Where(backend => backend.Source != service.Source));
        After = After.Without(service) with { Declarations = After.Declarations.With(service.Name, claims) };
        _touched.Add(service.Name);
    }

    public void Remove(Service service, Backend backend) =>
        Put(service with { Backends = service.Backends.Without(backend.Name) });

    /// <summary>Names a service in an error, unless the client may not know of it.</summary>
    private string Show(string service) => origin.Authority is { } client && After.Find(service) is { } present && !client.Scope.Includes(present) ? "another service" : $"service '{service}'";

    private void Take(Action<TableMerge> change)
    {
        var merge = new TableMerge(After);
        change(merge);
        After = merge.ToTable();
        _touched.UnionWith(merge.Touched);
    }

    private static Backend Draining(Backend backend, Drain drain) => backend with { Spec = backend.Spec with { Drain = drain } };
}
