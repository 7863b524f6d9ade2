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

    /// <exception cref="RequestException">Another service has the same address, port and protocol, or the same mark.</exception>
    public void Put(Service service)
    {
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

    public void Remove(Service service)
    {
        After = After.Without(service);
        _touched.Add(service.Name);
    }

    public void Remove(Service service, Backend backend) =>
        Put(service with { Backends = service.Backends.Remove(backend.Name) });
}
