namespace Gorb.Balancing;

/// <summary>
/// One request's view of the wanted table. What it does is kept only if the request as a whole is accepted, by the rules here and
/// by the kernel.
/// </summary>
internal sealed class Transaction(Table before)
{
    private readonly SortedSet<string> _touched = new(StringComparer.Ordinal);

    public Table Before { get; } = before;

    public Table After { get; private set; } = before;

    /// <summary>Names of the services that were written, in a stable order.</summary>
    public IReadOnlyCollection<string> Touched => _touched;

    public Service? Find(string service) => After.Find(service);

    /// <exception cref="RequestException">There is no such service.</exception>
    public Service Get(string service) => Find(service) ?? throw RequestException.ServiceNotFound(service);

    /// <exception cref="RequestException">There is no such service or backend.</exception>
    public (Service Service, Backend Backend) Get(string service, string backend)
    {
        var owner = Get(service);
        return owner.Backends.TryGetValue(backend, out var found)
            ? (owner, found)
            : throw RequestException.BackendNotFound(service, backend);
    }

    /// <exception cref="RequestException">Another service has the same address, port and protocol, or the same mark; or it moves where its backends cannot follow.</exception>
    public void Put(Service service)
    {
        if (Find(service.Name) is { } old && old.Spec.Key != service.Spec.Key)
        {
            BackendRules.CheckMove(service);
        }

        if (After.Names.TryGetValue(service.Spec.Key, out var owner) && owner != service.Name)
        {
            throw RequestException.Conflict($"service '{owner}' already stands at {service.Spec.Key}");
        }

        After = After.With(service);
        _touched.Add(service.Name);
    }

    /// <exception cref="RequestException">Another backend of the service has the same address and port, or its family cannot be reached.</exception>
    public void Put(Service service, Backend backend)
    {
        BackendRules.Check(service, backend);
        Put(service with { Backends = service.Backends.SetItem(backend.Name, backend) });
    }

    /// <summary>Puts and removes many services at once, as they shall be in the end: names and places may go round among them.</summary>
    /// <returns>What stands against it; then nothing was changed.</returns>
    public IReadOnlyList<Problem> PutAll(IReadOnlyCollection<Service> services, IEnumerable<string> removed)
    {
        var names = services.Select(service => service.Name).Concat(removed).ToList();
        var table = names.Select(After.Find).OfType<Service>().Aggregate(After, (rest, service) => rest.Without(service));
        var problems = new List<Problem>();
        foreach (var service in services)
        {
            if (table.Names.TryGetValue(service.Spec.Key, out var owner))
            {
                problems.Add(new Problem($"services.{service.Name}", null, $"stands at {service.Spec.Key}, where service '{owner}' stands already"));
            }
            else
            {
                table = table.With(service);
            }
        }

        var changed = names.Where(name => !ReferenceEquals(After.Find(name), table.Find(name))).ToList();
        if (problems.Count == 0 && changed.Count > 0)
        {
            _touched.UnionWith(changed);
            After = table;
        }

        return problems;
    }

    /// <summary>Lets a backend run empty and then removes it.</summary>
    public void Drain(Service service, Backend backend, DateTimeOffset until) =>
        Put(service with { Backends = service.Backends.SetItem(backend.Name, Draining(backend, until)) });

    /// <summary>Lets all backends of a service run empty and then removes it.</summary>
    public void Drain(Service service, DateTimeOffset until)
    {
        if (service.Backends.IsEmpty)
        {
            Remove(service);
            return;
        }

        var backends = service.Backends.Values.Aggregate(service.Backends, (all, backend) => all.SetItem(backend.Name, Draining(backend, until)));
        Put(service with { Spec = service.Spec with { Draining = true }, Backends = backends });
    }

    public void Remove(Service service)
    {
        After = After.Without(service);
        _touched.Add(service.Name);
    }

    private static Backend Draining(Backend backend, DateTimeOffset until) => backend with { Spec = backend.Spec with { Drain = new Drain(until) } };

    public void Remove(Service service, Backend backend) =>
        Put(service with { Backends = service.Backends.Remove(backend.Name) });
}
